import Peers

/// A setup whose restriction lists ask for probes, and addresses of every kind, drawn at random.
struct VerificationSetup {
    var parameters: [String: String]
    let addresses: [String]
    let senders: [String]
    let hasNegativeCache: Bool
    /// The first time, nobody waits for an answer.
    let isImpatient: Bool

    init(_ random: inout SeededGenerator) {
        isImpatient = random.chance(60)
        hasNegativeCache = random.chance(80)
        parameters = [
            "compatibility_level": "3.6",
            "mydestination": "local.test",
            "relay_domains": "relay.test, dead.test, err.test, retry.test, disc.test, other.test",
            "relay_transport": "lmtp:unix:SINK",
            "default_transport": "lmtp:unix:SINK",
            "transport_maps":
                "inline:{ {dead.test=lmtp:unix:/nonexistent}, {err.test=error:5.7.9 no such}, "
                + "{retry.test=retry:4.3.9 not now}, {disc.test=discard:} }",
            "virtual_alias_domains": "va.test",
            "virtual_alias_maps":
                "inline:{ {one@va.test=bad1@relay.test}, {two@va.test=good1@relay.test}, "
                + "{many@va.test=bad1@relay.test, good1@relay.test}, {far@va.test=good3@elsewhere.test} }",
            "virtual_mailbox_domains": "vm.test",
            "virtual_mailbox_maps": "inline:{ {jim@vm.test=jim/}, {jane@vm.test=jane} }",
            "virtual_mailbox_base": "/nonexistent",
            "virtual_uid_maps": "static:1000",
            "virtual_gid_maps": "static:1000",
            "alias_maps": "inline:{ {team=nobody-here, bad1@relay.test}, {single=bad2@relay.test} }",
            "local_recipient_maps": "",
            "forward_path": "",
            "recipient_delimiter": random.pick(["", "+"]),
            "smtpd_reject_unlisted_recipient": random.pick(["yes", "no"]),
            "smtpd_relay_restrictions": "reject_unauth_destination",
            "smtpd_delay_reject": random.chance(80) ? "yes" : "no",
            "unverified_recipient_reject_code": random.pick(["450", "550", "553"]),
            "unverified_recipient_defer_code": random.pick(["450", "450", "451", "250"]),
            "unverified_recipient_reject_reason": random.pick(["", "", "Ask the postmaster"]),
            "unverified_recipient_tempfail_action": random.pick(["defer", "defer_if_permit"]),
            "unverified_sender_reject_code": random.pick(["450", "550"]),
            "unverified_sender_defer_code": random.pick(["450", "454"]),
            "unverified_sender_reject_reason": random.pick(["", "", "We asked: no"]),
            "reject_tempfail_action": random.pick(["defer", "defer_if_permit"]),
            "address_verify_negative_cache": hasNegativeCache ? "yes" : "no",
            "address_verify_poll_count": isImpatient ? "1" : "6",
            "address_verify_poll_delay": "1s",
            "address_verify_map": random.pick(["btree:$data_directory/verify_cache", ""]),
            "lmtp_address_verify_target": random.pick(["rcpt", "rcpt", "data"]),
        ]
        parameters["address_verify_sender"] = random.pick([nil, nil, "<>", "probe@relay.test", "probe"])
        parameters["address_verify_relay_transport"] = random.pick([nil, nil, "error:5.1.2 not by relay"])
        parameters["address_verify_transport_maps"] = random.pick([
            nil, nil, "inline:{ {err.test=lmtp:unix:SINK}, {other.test=retry:no probes there} }",
        ])
        func list(_ random: inout SeededGenerator, _ words: [String], end: [String]) -> String {
            var list: [String] = []
            for word in words where random.chance(70) {
                list.append(random.chance(20) ? "warn_if_reject \(word)" : word)
            }
            return (list + [random.pick(end)]).filter { !$0.isEmpty }.joined(separator: ", ")
        }
        let (recipient, sender) = ("reject_unverified_recipient", "reject_unverified_sender")
        parameters["smtpd_recipient_restrictions"] = list(
            &random, [recipient, "reject_non_fqdn_recipient"],
            end: ["", "permit", "reject_unlisted_recipient", recipient])
        parameters["smtpd_sender_restrictions"] =
            random.chance(40) ? list(&random, [sender], end: ["", "permit"]) : ""
        parameters["smtpd_client_restrictions"] = random.chance(15) ? list(&random, [sender], end: [""]) : ""
        parameters["smtpd_data_restrictions"] = random.chance(25) ? recipient : ""
        let kinds = ["good", "bad", "full", "plain", "late", "Good", "good+ext", "bad+ext"]
        var addresses: Set<String> = []
        for _ in 0..<5 {
            addresses.insert("\(random.pick(kinds))\(Int.random(in: 1...3, using: &random))@relay.test")
        }
        if random.chance(30) { addresses.insert("slow1@relay.test") }
        let others = [
            "x@err.test", "x@retry.test", "x@disc.test", "x@dead.test", "x@other.test", "one@va.test",
            "two@va.test",
            "many@va.test", "far@va.test", "none@va.test", "jim@vm.test", "jane@vm.test", "joe@vm.test",
            "team@local.test", "single@local.test", "nobody-at-all@local.test",
            "double-bounce@mx.example.test",
            "probe@relay.test", "\"quoted name\"@relay.test", "a@foreign.test",
        ]
        for _ in 0..<7 { addresses.insert(random.pick(others)) }
        self.addresses = addresses.sorted()
        var senders = [""]
        if parameters.values.contains(where: { $0.contains(sender) }) {
            senders = [
                "", "bad3@relay.test", random.pick(["good2@elsewhere.test", "joe@vm.test", "nodomain"]),
            ]
        }
        self.senders = senders
    }
}
