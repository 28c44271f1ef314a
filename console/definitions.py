"""What each heading of a figure means: shown where one points at it. The same words count everywhere."""

DEFINITIONS = {
    "calls": "Calls that arrived in the period, in the zone named in the table's head.",
    "arrived": "When the carrier first asked us about the call.",
    "outcome": "What the call ended as: answered, promised (a return call was promised), voicemail, abandoned (the"
    " caller hung up), crisis (the caller pressed 9 and heard how to reach 988), unserved or refused.",
    "answered": "Somebody at a center took the call: bridged, and after key 1 where the center screens.",
    "charge": "What the partner pays for this call, and whether the carrier's records confirm it.",
    "charged": "Calls for which a charge stands in the ledger.",
    "amount": "What was entered to be paid in the period: charges, fees and additions, before credits. No payments.",
    "credited": "What was taken off in the period: credits and deductions. No payments.",
    "caller": "The caller's number, masked. The whole number is only in the vault.",
    "state": "The state of the caller's number; empty where it is not known.",
    "legs": "How often a center was rung for the call.",
    "line": "The number that the caller dialed.",
    "route": "listing or helpline: what the call ended as.",
    "talk": "Seconds between the acceptance and the end of the talk, as the carrier counts them, less screening.",
    "stage": "waits: nobody has taken the call yet; talks: with a center; chooses: nobody took it, and the caller"
    " presses keys or leaves a message. At risk is who waits for more than half of the helpline's longest wait,"
    " and a call past its latest possible ending.",
    "ends within": "The latest possible ending of the stage: of a wait, the helpline's longest wait; of a talk, the"
    " carrier's limit of 4 hours; of a prompt, the moment at which the call is ended for the caller.",
    "waiting": "Since the call arrived, or since the caller of a listing chose the helpline.",
    "credit": "What the rotation owes the seat, in calls: who is owed most is rung. A helpline's credits add up to 0.",
    "rung after": "Seconds from a call's arrival until this seat is rung at the latest, if those before it do not"
    " answer.",
    "for": "The center that is to hear the message, because it was called; staff, where no center was.",
    "sound": "being fetched: the carrier still has it; kept: sealed here; silent: nobody speaks in it; missing: the"
    " carrier had none; deleted: after its days, or because the caller asked.",
    "heard": "How often somebody opened the message, here or at the command line: each time stands in the audit log.",
    "due": "Until when the promised return call has to be made.",
    "promised": "Calls that ended with the promise of a return call.",
    "kept": "Promises that a return call has kept.",
    "wait": "From the arrival until a center took the call, on average.",
    "carrier cost": "What the carrier takes, and for how many of the calls its records say so.",
    "margin": "Amount less credits and carrier cost, where that is known of all calls and in the same currency.",
    "balance": "What the partner owes. Below zero it is owed to the partner.",
    "attempts": "How often the caller's telephone was rung for this promise: 3 times at most.",
    "actual share": "Picks of the seat in the period that were not undone.",
    "undone": "Picks that were taken back, because the center was busy or could not be reached: they count for nobody.",
    "fair share": "The share of calls that the seat's weight gives it, among the seats that could take each call.",
}
