import Foundation
import Peers
import PostfixConfig
import Testing

/// The same files, the same question, put to Postfix's postconf(1) and to Martlet's.
@Suite struct PostconfParityTests {
    /// What differs on purpose: the releases, the process, and the parameters that only Martlet has.
    private static let different: Set<String> = Set(
        ["mail_release_date", "mail_version", "process_id", "milter_macro_v"]
            + ParameterCatalogue.all.filter { $0.summary.hasPrefix("Martlet's own") }.map(\.name))

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("postconf")
        try directory.write("master.cf", Self.services)
    }

    private static let services = """
        smtp      inet  n - y - - smtpd
          -o foo=bar -o content_filter= -o { smtpd_banner = hello  world }
        # between
          -o smtpd_client_restrictions=permit_mynetworks,reject -v
        submission inet n - y - 20 smtpd -o syslog_name=postfix/$service_name
        lmtp      unix  - - y - - lmtp
        relay     unix  - - y - - smtp
        a-longer-name.and_more unix n - n 300 1 pipe flags=R user=x argv=/foo/bar ${recipient} { a b } -o x=y

        """

    /// Writes a file with an old date: Postfix reads a file that has just changed again and again.
    private func write(_ name: String, _ text: String) throws {
        let path = try directory.write(name, text)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    }

    private func postfix(_ arguments: [String]) async throws -> CommandResult {
        try await Self.postfix(["-c", directory.path] + arguments)
    }

    private static func postfix(_ arguments: [String]) async throws -> CommandResult {
        let result = try await Command.run(["/usr/sbin/postconf"] + arguments)
        // Postfix calls itself what it was called by.
        return CommandResult(
            standardOutput: result.standardOutput,
            standardError: result.standardError.replacing("/usr/sbin/postconf: ", with: "postconf: "),
            exitCode: result.exitCode)
    }

    private func martlet(_ arguments: [String]) async throws -> CommandResult {
        try await Command.run([BuiltProgram.martlet, "postconf", "-c", directory.path] + arguments)
    }

    private func comparable(_ output: String) -> [String] {
        var isLeftOut = false
        return output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter {
            line in
            // A folded value goes with its name.
            if line.first?.isWhitespace != true {
                isLeftOut = Self.different.contains(String(line.prefix { $0 != " " }))
            }
            return !isLeftOut
        }
    }

    private func listing() throws -> SetupListing {
        try SetupListing(
            directory: ConfigurationDirectory(named: directory.path),
            main: MainFile(path: directory.appending("main.cf")),
            master: MasterFile.load(directory: directory.path),
            processName: "postconf")
    }

    /// 300 files, each shown as written, expanded and folded.
    @Test func generatedFilesAreShownAlike() async throws {
        var generator = SeededGenerator(announcing: "postconf shows")
        var shown = 0
        for _ in 0..<300 {
            let main = GeneratedMainFile(using: &generator).text
            try write("main.cf", main)
            let listing = try listing()
            let names = listing.names(of: Set(SetupListing.Origin.allCases), onlySet: true)
            func lines(folds: Bool, _ value: (String) throws -> String) rethrows -> String {
                try names.map { LineFolding.text("\($0) = \(try value($0))", folds: folds) + "\n" }.joined()
            }
            let folds = generator.chance(50)
            let asWritten = try await postfix([folds ? "-nf" : "-n"])
            let expanded = try await postfix(["-nx"])
            guard asWritten.exitCode == 0 else {
                // Values that name each other in a ring: Postfix does not even show them.
                #expect(throws: ExpansionError.self, "\(main)") {
                    try lines(folds: false, listing.expandedText)
                }
                continue
            }
            shown += 1
            #expect(try lines(folds: folds, listing.text) == asWritten.standardOutput, "\(main)")
            let warnings = Set(
                (listing.mainWarnings + listing.masterWarnings).map {
                    "postconf: warning: \($0)".replacing("\t", with: "?")
                })
            let complaints = asWritten.standardError.split(separator: "\n").map(String.init)
                .filter { !$0.contains("overriding earlier entry") }
            #expect(warnings == Set(complaints), "\(main)")
            if expanded.exitCode == 0 {
                #expect(try lines(folds: false, listing.expandedText) == expanded.standardOutput, "\(main)")
            } else {
                #expect(throws: ExpansionError.self, "\(main)") {
                    try lines(folds: false, listing.expandedText)
                }
            }
        }
        #expect(shown > 200)
    }

    /// 300 edits: the file afterwards is the same byte for byte.
    @Test func generatedEditsAreMadeAlike() async throws {
        var generator = SeededGenerator(announcing: "postconf edits")
        for _ in 0..<300 {
            let main = GeneratedMainFile(using: &generator).text
            try write("main.cf", main)
            var edit = MainFileEdit()
            var arguments: [String] = []
            let name = generator.pick(GeneratedMainFile.settable)
            switch generator.pick(["-e", "", "-X", "-#"]) {
            case "-X":
                // Postfix 3.7 crashes where a name is given twice.
                arguments = ["-X", name] + (name == "myorigin" ? [] : ["myorigin"])
                for name in arguments.dropFirst() { edit.request(name, .remove) }
            case "-#":
                arguments = ["-#", name]
                edit.request(name, .commentOut)
            case let letter:
                let value = generator.pick([
                    "", "a  b", "${myhostname?{x}}", "mysql:/etc/postfix/a.cf", "yes",
                ])
                arguments =
                    (letter.isEmpty ? [] : [letter]) + [name + generator.pick(["=", " = "]) + value + " "]
                edit.request(name, .set(value))
            }
            let result = try await postfix(arguments)
            #expect(result.exitCode == 0, "\(arguments) \(result.standardError)")
            let theirs = try String(contentsOfFile: directory.appending("main.cf"), encoding: .utf8)
            let ours = edit.apply(to: Array(main.utf8), path: directory.appending("main.cf"))
            #expect(String(decoding: ours, as: UTF8.self) == theirs, "\(arguments) \(main)")
            let complaints = Set(result.standardError.split(separator: "\n").map(String.init))
            #expect(Set(edit.warnings.map { "postconf: warning: \($0)" }) == complaints)
        }
    }

    @Test(arguments: [
        [], ["-n"], ["-d"], ["-x"], ["-dx"], ["-f"], ["-H"], ["-hn"], ["-M"], ["-Mf"], ["-M", "smtp"],
        ["-M", "*/unix"],
        ["-Mx"], ["-F"], ["-Ff"], ["-F", "smtp/inet/command", "relay"], ["-FH", "relay"], ["-P"], ["-Px"],
        ["-Ph"],
        ["-PH"], ["-P", "*/*/syslog_name"], ["-C", "service"], ["-C", "user"], ["-C", "builtin"], ["-l"],
        ["nosuch", "myorigin", "biff"], ["-h", "nosuch", "biff"], ["-n", "biff", "myorigin"],
        ["-d", "nosuch", "biff"],
        ["-o", "stress=yes", "-x", "smtpd_timeout"], ["-o", "x", "-n"], ["-dn"], ["-hH", "biff"], ["-Mn"],
        ["-mp"],
        ["-eh", "a=b"], ["-X"], ["-e"], ["-e", "a b=c"], ["a=b\nc"], ["-e", "#a=b"], ["-M", "nosuch"],
        ["-M", "a/b/c"],
        ["-F", "a/b/nosuch"], ["-n", "-"], ["--", "myorigin"], ["myorigin", "-h"], ["virtual_maps"],
        ["-MX", "smtp/inet"], ["-M#", "smtp/inet"], ["-F", "*/unix/chroot=n"],
        ["-P", "smtp/inet/foo=q", "relay/unix/a=b"],
        ["-PX", "smtp/inet/smtpd_banner"], ["-M", "new/unix=new unix - - n - - smtp -o a=b"],
        ["-M", "x/unix=x unix - -"],
        ["-F", "smtp/inet/chroot=maybe"], ["-X", "myorigin"], ["-#", "mydestination"], ["relayhost = [x]:25"],
    ])
    func theProgramsAnswerAlike(arguments: [String]) async throws {
        let main = """
            # setup
            myorigin = example.org
            mydestination = $myhostname,  localhost
              $mydomain
            baz = 1
            virtual_alias_maps = mysql:al
            al_user = $baz
            unusedd = 2
            relay_destination_recipient_limit = 3
            """
        func answer(
            of program: ([String]) async throws -> CommandResult
        ) async throws -> (result: CommandResult, main: String, master: String) {
            try write("main.cf", main + "\n")
            try write("master.cf", Self.services)
            let result = try await program(arguments)
            return (
                result, try String(contentsOfFile: directory.appending("main.cf"), encoding: .utf8),
                try String(contentsOfFile: directory.appending("master.cf"), encoding: .utf8)
            )
        }
        let theirs = try await answer(of: postfix)
        let ours = try await answer(of: martlet)
        #expect(ours.result.exitCode == theirs.result.exitCode)
        var expected = comparable(theirs.result.standardOutput)
        if arguments.first?.hasPrefix("-d") == true {
            expected = expected.map {
                $0.hasPrefix("config_directory =") ? "config_directory = /etc/postfix" : $0
            }
        }
        #expect(comparable(ours.result.standardOutput) == expected)
        // Postfix's order of warnings is that of a hash table.
        #expect(
            Set(ours.result.standardError.split(separator: "\n"))
                == Set(theirs.result.standardError.split(separator: "\n")))
        #expect(ours.main == theirs.main)
        #expect(ours.master == theirs.master)
    }

    @Test func wrongOptionsAreAnsweredWithTheUsage() async throws {
        try write("main.cf", "")
        let ours = try await martlet(["-Z"])
        #expect(ours.exitCode == 1)
        #expect(
            ours.standardError.hasPrefix("postconf: invalid option -- 'Z'\npostconf: fatal: usage: postconf ")
        )
    }

    @Test func aMissingFileIsFatal() async throws {
        let nowhere = try TemporaryDirectory()
        let theirs = try await Self.postfix(["-c", nowhere.path, "-n"])
        let ours = try await Command.run([BuiltProgram.martlet, "postconf", "-c", nowhere.path, "-n"])
        #expect(ours.standardError == theirs.standardError)
        #expect(ours.exitCode == theirs.exitCode)
    }
}
