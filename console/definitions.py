"""What each heading of a figure means: shown where one points at it. The same words count everywhere."""

DEFINITIONS = {
    "calls": "Calls that arrived in the period, in the zone named in the table's head.",
    "arrived": "When the carrier first asked us about the call.",
    "outcome": "What the call ended as: answered, promised (a return call was promised), voicemail, abandoned (the"
    " caller hung up), crisis (connected to the crisis line's information), unserved or refused.",
    "answered": "Somebody at a center took the call: bridged, and after key 1 where the center screens.",
    "charge": "What the partner pays for this call, and whether the carrier's records confirm it.",
    "charged": "Calls for which a charge stands in the ledger.",
    "amount": "Charges of the period, before credits.",
    "credited": "Credits of the period, which reduce what is charged.",
    "caller": "The caller's number, masked. The whole number is only in the vault.",
    "line": "The number that the caller dialed.",
    "route": "listing or helpline: what the call ended as.",
    "talk": "Seconds between the acceptance and the end of the talk, as the carrier counts them, less screening.",
    "due": "Until when the promised return call has to be made.",
    "fair share": "The share of calls that the seat's weight gives it, among the seats that could take each call.",
}
