"""What each heading of a figure means: shown where one points at it. The same words count everywhere."""

DEFINITIONS = {
    "calls": "Calls that arrived in the period, in the zone named in the table's head.",
    "arrived": "When the carrier first asked us about the call.",
    "outcome": "What the call ended as: answered, promised (a return call was promised), voicemail, abandoned (the"
    " caller hung up), crisis (connected to the crisis line's information), unserved or refused.",
    "answered": "Somebody at a center took the call: bridged, and after key 1 where the center screens.",
    "charge": "What the partner pays for this call, and whether the carrier's records confirm it.",
    "charged": "Calls for which a charge stands in the ledger.",
    "amount": "What was entered to be paid in the period: charges, fees and additions, before credits. No payments.",
    "credited": "What was taken off in the period: credits and deductions. No payments.",
    "caller": "The caller's number, masked. The whole number is only in the vault.",
    "line": "The number that the caller dialed.",
    "route": "listing or helpline: what the call ended as.",
    "talk": "Seconds between the acceptance and the end of the talk, as the carrier counts them, less screening.",
    "due": "Until when the promised return call has to be made.",
    "promised": "Calls that ended with the promise of a return call.",
    "kept": "Promises that a return call has kept.",
    "wait": "From the arrival until a center took the call, on average.",
    "carrier cost": "What the carrier takes, and for how many of the calls its records say so.",
    "margin": "Amount less credits and carrier cost, where that is known of all calls and in the same currency.",
    "balance": "What the partner owes. Below zero it is owed to the partner.",
    "fair share": "The share of calls that the seat's weight gives it, among the seats that could take each call.",
}
