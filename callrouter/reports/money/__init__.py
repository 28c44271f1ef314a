"""Questions about money: accounts, charges, invoices, disputes, the monthly report."""
