import Foundation
import Peers
import Testing

/// What goes wrong with deliveries by the keeper: nothing is lost, nothing is left running.
@Suite(.serialized) struct KeeperTests {
    private static let patience = "minimal_backoff_time = 1s\nmaximal_backoff_time = 1s\nqueue_run_delay = 1s"

    @Test func `a server without its keeper ends, and what waited is delivered by the next`() async throws {
        let kept = try await KeptServer.start(aliases: "slow \"|sleep 86421; exit 0\"", mainCf: Self.patience)
        let keeper = try #require(try kept.keeper())
        try await kept.send(["slow@here.test"])
        #expect(try await Eventually.holds { try !KeptServer.processes("sleep 86421").isEmpty })
        try Root.run("kill -9 \(keeper)")
        #expect(await Eventually.holds { !kept.server.isRunning })
        #expect(kept.server.log.contains("postfix/master["))
        #expect(
            kept.server.log.contains(": fatal: the process that delivers with the rights of others has ended")
        )
        #expect(kept.server.log.contains("dsn=4.3.0, status=deferred (the process that delivers"))
        #expect(kept.server.halt() == 71)
        #expect(try await Eventually.holds { try KeptServer.processes("sh -c sleep 86421").isEmpty })
        try Root.run("pkill -f '[s]leep 86421' || true")
        try kept.directory.write("etc/aliases", "slow \"|cat >\(kept.directory.path)/records/slow\"\n")
        try kept.server.resume()
        #expect(try kept.keeper() != nil)
        try await kept.server.waitForLog("status=sent (delivered to command: cat")
        kept.server.halt()
        #expect(try kept.keeper() == nil)
    }

    @Test func `a stop ends what runs, and the mail stays`() async throws {
        let kept = try await KeptServer.start(
            aliases: "long \"|sleep 86422; exit 0\"", mainCf: Self.patience)
        try await kept.send(["long@here.test"])
        #expect(try await Eventually.holds { try !KeptServer.processes("sleep 86422").isEmpty })
        let start = ContinuousClock.now
        #expect(kept.server.halt() == 0)
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(try KeptServer.processes("sleep 86422").isEmpty)
        #expect(try kept.keeper() == nil)
        try kept.directory.write("etc/aliases", "long \"|cat >\(kept.directory.path)/records/long\"\n")
        try kept.server.resume()
        try await kept.server.waitForLog("status=sent (delivered to command: cat")
        kept.server.halt()
    }

    @Test func `commands that hang, flood, read nothing or die hold nothing up`() async throws {
        let kept = try await KeptServer.start(
            aliases: """
                hang "|sleep 86423 & sleep 86424"
                flood "|yes; exit 3"
                deaf "|exit 0"
                deafer "|exec <&-; sleep 0.2; exit 0"
                left "|sleep 2 & exit 0"
                whole "|wc -c >$DIR/records/whole"
                """, mainCf: "command_time_limit = 6s")
        let large =
            "Subject: x\r\n\r\n" + String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 3_000)
        try await kept.send(
            ["hang", "flood", "deaf", "deafer", "left", "whole"].map { "\($0)@here.test" }, content: large)
        for text in [
            "to=<hang@here.test>", "to=<flood@here.test>", "to=<deaf@here.test>", "to=<deafer@here.test>",
            "to=<left@here.test>", "to=<whole@here.test>",
        ] { try await kept.server.waitForLog(text) }
        let log = kept.server.log
        #expect(
            log.contains(
                "dsn=5.3.0, status=bounced (Command time limit exceeded: \"sleep 86423 & sleep 86424\")"))
        #expect(
            log.contains(
                "dsn=5.3.0, status=bounced (Command died with status 3: \"yes; exit 3\". Command output: y y")
        )
        #expect(kept.count("status=sent (delivered to command") == 4)
        #expect(try KeptServer.processes("sleep 8642[34]").isEmpty)
        // 3,000 lines of 99 bytes, and a header.
        let size = try Root.run("cat '\(kept.directory.path)/records/whole'").trimmingCharacters(
            in: .whitespacesAndNewlines)
        #expect((297_000..<298_000).contains(Int(size) ?? 0), "\(size)")
        let keeper = try #require(try kept.keeper())
        #expect(try Root.run("ps --ppid \(keeper) -o stat= || true").isEmpty)
        kept.server.halt()
    }

    @Test func `hundreds of deliveries at once are bounded, and all arrive`() async throws {
        let kept = try await KeptServer.start(
            aliases: (0..<40).map { "c\($0) \"|cat >/dev/null\"" }.joined(separator: "\n"))
        async let commands: Void = kept.send((0..<120).map { "c\($0 % 40)@here.test" })
        async let mailboxes: Void = kept.send((0..<400).map { _ in "nobody@here.test" })
        async let maildirs: Void = kept.send((0..<400).map { "u\($0)@virt.test" })
        _ = try await (commands, mailboxes, maildirs)
        #expect(await Eventually.holds(seconds: 120) { kept.count("status=sent") == 920 })
        let path = kept.directory.path
        #expect(try Root.run("grep -c '^From s@far.test' '\(path)/mail/nobody'") == "400\n")
        #expect(try Root.run("ls '\(path)/vmail/all/new' | wc -l") == "400\n")
        #expect(try Root.run("cd '\(path)' && find mail vmail -name '*.lock' -o -path '*/tmp/*'").isEmpty)
        let keeper = try #require(try kept.keeper())
        #expect(try Root.run("ps --ppid \(keeper) -o stat= || true").isEmpty)
        #expect(kept.server.halt() == 0)
    }

    @Test func `the keeper has nothing but its connection, and the server nothing of root's`() async throws {
        let kept = try await KeptServer.start(aliases: "")
        let keeper = try #require(try kept.keeper())
        let files = try Root.run("ls -l /proc/\(keeper)/fd | grep -c socket")
        #expect(files == "1\n")
        #expect(try Root.run("awk '/^Groups/ { print NF }' /proc/\(keeper)/status") == "1\n")
        kept.server.halt()
        #expect(try kept.keeper() == nil)
    }

    @Test func `a new configuration is the keeper's too`() async throws {
        let kept = try await KeptServer.start(aliases: "")
        let main = kept.directory.appending("etc/main.cf")
        let text = try String(contentsOfFile: main, encoding: .utf8)
        _ = try kept.directory.makeDirectory("other", mode: 0o777)
        try kept.directory.write(
            "etc/main.cf", text + "mail_spool_directory = \(kept.directory.path)/other\n")
        if let pid = kept.server.pid { try Root.run("kill -HUP \(pid)") }
        try await kept.server.waitForLog("reload -- version")
        try await kept.send(["nobody@here.test"])
        try await kept.server.waitForLog("status=sent (delivered to mailbox)")
        #expect(try Root.run("ls '\(kept.directory.path)/other'") == "nobody\n")
        kept.server.halt()
    }

    @Test func `Dovecot's own delivery agent takes mail by pipe`() async throws {
        let dovecot = try await DovecotServer.start(
            settings: "service auth {\n unix_listener auth-userdb {\n mode = 0777\n }\n}\n")
        let user = getuid() == 0 ? "nobody:nogroup" : String(cString: getpwuid(getuid()).pointee.pw_name)
        let kept = try await KeptServer.start(
            aliases: "", mainCf: "virtual_transport = dovecot\ndovecot_destination_recipient_limit = 1",
            masterCf: """
                dovecot unix - n n - - pipe
                  flags=DRhu user=\(user) argv=/usr/lib/dovecot/dovecot-lda -c \(dovecot.directory.path)/dovecot.conf
                  -o log_path=/dev/stderr -f ${sender} -d ${recipient}
                """)
        try await kept.send(["John@virt.test"])
        let messages = try await dovecot.messages(of: "john@virt.test", count: 1)
        let text = String(decoding: messages[0], as: UTF8.self)
        #expect(text.hasPrefix("Return-Path: <s@far.test>\nDelivered-To: John@virt.test\n"))
        #expect(text.hasSuffix("\n\nhello\n"))
        try await kept.server.waitForLog("status=sent (delivered via dovecot service")
        kept.server.halt()
    }
}
