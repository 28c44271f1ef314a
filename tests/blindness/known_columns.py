"""Every column of every table, with what its table is for: none is about insurance, admission, revenue or treatment.

Who adds a column adds it here, after asking what a pick or a price could make of it.
"""

KNOWN_COLUMNS = {
    "account_month": (
        "sums of the ledger",
        "partner currency simulated period entry_type entries amount below_zero",
    ),
    "alert": (
        "what staff is told about our own machinery",
        "id key what happened_at raised_at call center helpline listing dialled process",
    ),
    "alert_delivery": (
        "to whom an alert went",
        "id alert channel recipient attempted_at delivered_at attempts next_attempt_at error",
    ),
    "audit_log": (
        "what staff did, and why",
        "id at person action subject reason before after",
    ),
    "availability": (
        "lines in use and pauses",
        "center calls_in_progress limit_seen paused_until pause_reason missed_since",
    ),
    "call": (
        "the course of a call; tests/billing/test_blind.py looks at each column",
        (
            "sid arrived_at dialled route listing bound_listing helpline only_center caller "
            "caller_pseudonym caller_erased_at state simulated directory_version wordings_version status "
            "turn attempts language shows_number helpline_consent helpline_consent_at prompt_words "
            "owed_by outcome answered_by last_callback_at ended_at carrier_seconds reaped spoken_seconds"
        ),
    ),
    "carrier_cdr": (
        "the carrier's own record of a call",
        "sid parent day direction status seconds cost_micros currency read_at",
    ),
    "carrier_difference": (
        "where our records and the carrier's differ",
        "day sid what theirs ours corrected found_at call explained_by explanation explained_at",
    ),
    "carrier_rate_limit": (
        "when the carrier may be asked again",
        "one next_call_at failures",
    ),
    "center": (
        "names of the directory, for foreign keys",
        "key partner name listed",
    ),
    "center_pause": (
        "pauses, for picks",
        "id center at until reason",
    ),
    "closed_month": (
        "which months are invoiced",
        "partner simulated period closed_at person",
    ),
    "confirmation": (
        "which charges the carrier confirms",
        "call confirmed_at",
    ),
    "connection_record": (
        "who was connected, for prices",
        (
            "id call attempt returned center partner kind dialed_number arrived_at began_at talk_seconds "
            "directory_version simulated caller caller_salt"
        ),
    ),
    "consent_record": (
        "what a caller agreed to",
        "id call what words key at",
    ),
    "data_key": (
        "keys of the vault, wrapped",
        "purpose period key_id wrapped made_at",
    ),
    "day_total": (
        "sums of calls and charges",
        (
            "day partner center helpline kind simulated currency calls rung answered promised kept waits "
            "wait_seconds talk_seconds calls_with_cost cost_micros charged amount credited"
        ),
    ),
    "decision": (
        "picks, with all that they follow from",
        (
            "helpline number id call attempt for_promise decided_at day directory_version lineup state "
            "language passed_over center given_back undone_after"
        ),
    ),
    "decision_result": (
        "whether a pick counts",
        "id helpline number what after",
    ),
    "directory_entry_change": (
        "the history of the directory",
        "version section key before after",
    ),
    "directory_head": (
        "which directory is in force",
        "one version",
    ),
    "directory_import": (
        "an uploaded directory file",
        "number uploaded_at uploaded_by name base_version document",
    ),
    "directory_proposal": (
        "a directory that waits for a second person",
        (
            "number base_version digest document proposed_at proposed_by reason decision decided_at "
            "decided_by version"
        ),
    ),
    "directory_version": (
        "the directory with its rates",
        "version loaded_at digest document loaded_by approved_by reason",
    ),
    "disclosure": (
        "what a caller was told",
        "sequence call turn at what center partner wording language words",
    ),
    "dispute": (
        "a partner's objection to a charge",
        (
            "id call partner charge invoice reason evidence raised_at raised_by decision credited note "
            "decided_at decided_by"
        ),
    ),
    "do_not_call": (
        "who must not be called",
        "number_match asked_at",
    ),
    "evidence_entry": (
        "the evidence log",
        "position source key salt commitment",
    ),
    "evidence_head": (
        "the evidence log",
        "size root signed_at note",
    ),
    "evidence_log": (
        "the evidence log",
        "one origin public_key",
    ),
    "evidence_tile": (
        "the evidence log",
        "level number root hashes",
    ),
    "evidence_timestamp": (
        "the evidence log",
        "size signed_at note",
    ),
    "heartbeat": (
        "whether our processes live",
        "one worker_at external_at web_at beat_at outbox_sweeper_at console_at evidence_complete_at",
    ),
    "helpline": (
        "names of the directory, for foreign keys",
        "key name timezone listed",
    ),
    "inbox": (
        "the carrier's callbacks, as they came",
        "call key received_at fields answer",
    ),
    "invoice": (
        "invoices",
        (
            "name series number partner partner_name period timezone currency simulated total rates "
            "issued_at issued_by issuer"
        ),
    ),
    "invoice_checkpoint": (
        "the signed head on an invoice",
        "invoice size signed_at note",
    ),
    "invoice_delivery": (
        "to whom an invoice went",
        "invoice number address asked_at asked_by delivered_at attempts next_attempt_at error",
    ),
    "invoice_document": (
        "printed invoices",
        "invoice form content digest printed_at",
    ),
    "invoice_line": (
        "invoices",
        "invoice position entry what arrived_at call kind center talk_seconds caller amount reason",
    ),
    "invoice_series": (
        "numbers of invoices",
        "series last",
    ),
    "ledger_entry": (
        "charges and credits",
        (
            "id entry_type partner call center helpline kind amount currency reverses rule reason person "
            "posted_at day period caller_pseudonym arrived_at simulated"
        ),
    ),
    "leg": (
        "an attempt; tests/billing/test_blind.py looks at each column",
        (
            "call number only_center center partner kind name phone ring_seconds screens began_at sid "
            "progress whispered_at taken_at carrier_seconds outcome talk_seconds closed_at"
        ),
    ),
    "lineup": (
        "which seats were eligible, for picks",
        "digest document",
    ),
    "listing": (
        "names of the directory, for foreign keys",
        "key center listed",
    ),
    "match_value": (
        "leads from a number to a pseudonym, in the vault alone",
        "value pseudonym period",
    ),
    "message": (
        "that a caller left a message, which is sealed",
        "call owner recording seconds left_at",
    ),
    "message_playback": (
        "who may hear a message now",
        "entry call token_hash until began_at hidden_at",
    ),
    "number": (
        "our own numbers",
        "number listing helpline",
    ),
    "number_reveal": (
        "who was shown a caller's number",
        ("entry call purpose person browser_hash asked_at request shown_at not_shown_at evidence_position"),
    ),
    "outbox": (
        "facts to act on",
        "id fact call at turn what center wording language words failures error set_aside_at process",
    ),
    "outbox_lock": (
        "who settles",
        "one settled_at",
    ),
    "partner": (
        "names of the directory, for foreign keys",
        "key name status timezone listed",
    ),
    "partner_call": (
        "a call in the figures of a partner",
        (
            "call partner center helpline kind day arrived_at simulated directory_version caller "
            "is_primary answered promised kept outcome wait_seconds talk_seconds cost_micros "
            "cost_currency"
        ),
    ),
    "privacy_act": (
        "what was purged or erased",
        "id at act person reason up_to keys numbers match_values messages salts promises held_back",
    ),
    "proof_code": (
        "which call the code of a caller's proof belongs to",
        "code_hash call made_at",
    ),
    "promise": (
        "a return call that is owed",
        (
            "call owner listing helpline only_center state made_at due_at attempts ended_at end_reason "
            "called_pseudonym called_purpose area_code message_allowed owned_since rings misses "
            "next_attempt_at wait_reason expires_at overdue_alert_at consent_words consent_key consent_at"
        ),
    ),
    "quarter_hour_total": (
        "sums of calls",
        (
            "scope begins_at answered promised voicemail abandoned crisis unserved refused charged talks "
            "talk_seconds wait_5 wait_10 wait_15 wait_20 wait_30 wait_45 wait_60 wait_90 wait_120 "
            "wait_180 wait_300 wait_more"
        ),
    ),
    "reconciled_day": (
        "which days were compared with the carrier",
        "day finished_at calls",
    ),
    "recording": (
        "the sealed sound of a message",
        (
            "call state set_aside_at note day sealed fetched_at deleted_at_carrier_at deleted_at attempts "
            "next_attempt_at error"
        ),
    ),
    "reservation": (
        "what a call in progress may cost, for spend caps",
        "call number partner month simulated amount",
    ),
    "return_call": (
        "an attempt to call back",
        (
            "call number only_center center partner kind name phone shown called_pseudonym began_at sid "
            "progress caller_sid has_line taken_at asked_at agreed_at looked_up_at outcome talk_seconds "
            "closed_at"
        ),
    ),
    "return_call_queue": (
        "whose turn it is to be called back",
        "queue last_served_at",
    ),
    "reveal_request": (
        "who asks to be shown a number",
        (
            "number entry call purpose person reason requested_at shown_before decision decided_at "
            "decided_by decision_reason"
        ),
    ),
    "rotation": (
        "credits and calls of seats, for picks",
        "helpline number credits last_rung day taken_today taken_this_month",
    ),
    "schema_statement": (
        "the evidence log",
        "id stated_at digest document",
    ),
    "sealed_number": (
        "a caller's number, sealed",
        "call purpose day sealed sealed_at",
    ),
    "seat": (
        "places in the rotation's arrays",
        "helpline center position",
    ),
    "spend": (
        "what a month's calls cost, for spend caps",
        "partner month simulated amount",
    ),
    "spend_cap_lock": (
        "a lock",
        "partner",
    ),
    "staff_account": (
        "who may use the console",
        (
            "id name role partner added_at added_by set_up_at removed_at password_hash totp_secret "
            "totp_counter zone shortcuts"
        ),
    ),
    "staff_confirmed_act": (
        "acts that must not be done twice",
        "key done_at sentence",
    ),
    "staff_identity": (
        "single sign-on",
        "account issuer subject bound_at",
    ),
    "staff_invitation": (
        "links to set up an account",
        "token_hash account expires_at is_first browser_hash password_hash totp_secret",
    ),
    "staff_passkey": (
        "sign-in",
        "id account name credential_id public_key sign_count transports added_at used_at",
    ),
    "staff_recovery_code": (
        "sign-in",
        "account code_hash",
    ),
    "staff_refusal": (
        "a metric",
        "kind refusals",
    ),
    "staff_saved_view": (
        "filters of a list",
        "id name address account shared saved_at",
    ),
    "staff_session": (
        "sign-in",
        "id token_hash account started_at seen_at confirmed_at address browser proof",
    ),
    "staff_sign_in_attempt": (
        "sign-in",
        "id at name address device factor",
    ),
    "vault_key": (
        "which vault key is in use",
        "one key_id fingerprint since",
    ),
    "wording_audio": (
        "recorded texts",
        "digest content seconds added_at added_by",
    ),
    "wording_proposal": (
        "texts that wait for a second person, or are in force",
        (
            "number base_version changes digest effective_at in_force_at withdrawn_at withdrawn_by reason "
            "proposed_at proposed_by decision decided_at decided_by version"
        ),
    ),
    "wordings_head": (
        "which texts are in force",
        "one version",
    ),
}
