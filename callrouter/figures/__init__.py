"""What calls and entries come to: a call as each partner has it, and the totals of its days that reports add up."""
