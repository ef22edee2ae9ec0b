import Foundation
import LookupTables
import Peers
import Testing

/// Command lines one after the other, by both programs: output, errors, exit codes, and what is left behind.
@Suite struct DatabaseCommandTests {
    struct Step: Sendable {
        let arguments: [String]
        let input: String

        init(_ line: String, _ input: String = "") {
            arguments = line.split(separator: " ").map(String.init)
            self.input = input
        }
    }

    /// `T` stands for the kind, `D` for the directory: sendmail has its own idea of where it is.
    private static let scenarios: [[Step]] = [
        [
            Step("postmap T:plain"), Step("postmap -q a T:plain"), Step("postmap -q A T:plain"),
            Step("postmap -q x T:plain"),
        ],
        [
            Step("postmap -q x T:absent"), Step("postmap -s T:absent"), Step("postmap T:absent"),
            Step("postmap T:plain T:absent T:other"),
        ],
        [
            Step("postmap -w T:double"), Step("postmap -r T:double"), Step("postmap -rw T:double"),
            Step("postmap -wr T:double"), Step("postmap T:double"),
        ],
        [
            Step("postmap -f T:double"), Step("postmap -fq A T:double"), Step("postmap -q A T:double"),
            Step("postmap -fq a T:double"),
        ],
        [
            Step("postmap T:plain"), Step("postmap -i T:plain", "a new\nz z\nZ y\nbad\n w: v\n"),
            Step("postmap -s T:plain"),
            Step("postmap -ri T:plain", "a newer\n"), Step("postmap -wi T:plain", "a newest\nq q\n"),
            Step("postmap -q a T:plain"),
            Step("postmap -d a T:plain"), Step("postmap -d a T:plain"),
            Step("postmap -d - T:plain", "b\nnone\nZ\n"),
            Step("postmap -s T:plain"), Step("postmap -d - T:plain", ""),
            Step("postmap -in T:plain", "n n\n"),
            Step("postmap -d n T:plain"),
        ],
        [
            Step("postmap -i T:made T:second", "a b\n c\n# x\nd e\n"), Step("postmap -q a T:made"),
            Step("postmap -q a T:second"),
        ],
        [
            Step("postmap -F T:files"), Step("postmap -Fq x T:files"), Step("postmap -q x T:files"),
            Step("postmap -Fs T:files"),
        ],
        [
            Step("postmap T:base"), Step("postmap -Fq a T:base"), Step("postmap -Fq b T:base"),
            Step("postmap -Fq c T:base"), Step("postmap -Fs T:base"),
        ],
        [
            Step("postmap -u T:bytes"), Step("postmap -us T:bytes"), Step("postmap -uq x T:bytes"),
            Step("postmap -uq Ä T:bytes"),
            Step("postmap -q x T:bytes"), Step("postmap T:bytes"),
        ],
        [
            Step("postmap T:empty"), Step("postmap -s T:empty"), Step("postmap -q x T:empty"),
            Step("postmap T:tail"), Step("postmap -q e T:tail"),
        ],
        [Step("postmap -p T:private"), Step("postmap T:private"), Step("postmap T:group")],
        [
            Step("postmap T:nodir/x"), Step("postmap -i T:nodir/x", "a b\n"), Step("postmap -s T:plain -q a"),
            Step("postmap -o T:plain"),
        ],
        [
            Step("postalias T:aliases"), Step("postalias -q root T:aliases"),
            Step("postalias -q - T:aliases", "root\nnone\nList\n"),
            Step("postalias -i T:aliases", "new: x\nroot: y\n"), Step("postalias -ri T:aliases", "root: y\n"),
            Step("postalias -q root T:aliases"),
            Step("postalias -d root T:aliases"), Step("postalias -d root T:aliases"),
            Step("postalias T:absent"), Step("postalias -Z"),
            Step("postalias -q"), Step("postalias"), Step("postalias -b T:x"),
            Step("postalias -q x -d y T:x"), Step("postalias -n T:aliases"),
            Step("postmap -q root T:aliases"), Step("postmap -q YP_MASTER_NAME T:aliases"),
            Step("postmap -fq YP_MASTER_NAME T:aliases"),
        ],
        [
            Step("newaliases"), Step("newaliases -oAT:D/plain.al"), Step("newaliases who"),
            Step("newaliases -Z"),
            Step("newaliases -oAT:D/none"), Step("postalias -q list T:plain.al"),
            Step("postalias -q root btree:aliases"),
        ],
    ]

    @Test(arguments: DatabaseKind.allCases, scenarios.indices)
    func saysAndLeavesWhatPostfixDoes(kind: DatabaseKind, scenario: Int) async throws {
        let twins = try TwinDirectories(
            mainCf: "alias_database = \(kind.rawValue):D/aliases, btree:D/aliases\n")
        for (name, text) in [
            ("plain", "a 1\nb 2\n  more\n# c\nc 3\n"), ("other", "k v\n"), ("double", "a 1\na 2\nA 3\nb 1\n"),
            ("empty", ""),
            ("tail", "x y\nend without line end"), ("files", "x one two\ny none\nz one,two\n"),
            ("one", "1\n"), ("two", "2"),
            ("base", "a v\nb dg=\nc YWI=\n"), ("aliases", "root: me, you\nList: :include:/x\n"),
            ("plain.al", "list: a\n"),
        ] {
            try twins.write(name, text)
        }
        try twins.write(
            "bytes", Array("x ".utf8) + [0xFF, 10] + Array("Ä v\n".utf8) + [0xFE] + Array(" w\n".utf8))
        try twins.write("private", "a b\n", mode: 0o600)
        try twins.write("group", "a b\n", mode: 0o664)
        for step in Self.scenarios[scenario] {
            let command = step.arguments.map {
                $0.replacingOccurrences(of: "T:", with: "\(kind.rawValue):")
            }
            let (theirs, ours) = try await twins.both(command, input: step.input)
            #expect(ours.standardOutput == theirs.standardOutput, "\(command)")
            #expect(ours.standardError == theirs.standardError, "\(command)")
            #expect(ours.exitCode == theirs.exitCode, "\(command)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: twins.theirs.path).sorted()
        #expect(try FileManager.default.contentsOfDirectory(atPath: twins.ours.path).sorted() == left)
        for name in left {
            #expect(twins.mode(name, in: twins.ours) == twins.mode(name, in: twins.theirs), "\(name)")
        }
    }

    @Test(arguments: ["dbm", "sdbm"])
    func kindsThatDebiansPostfixHasNotAreRefused(kind: String) async throws {
        let twins = try TwinDirectories()
        try twins.write("plain", "a b\n")
        for command in [["postmap", "\(kind):plain"], ["postmap", "-q", "a", "\(kind):plain"]] {
            let (theirs, ours) = try await twins.both(command)
            #expect(ours.exitCode == theirs.exitCode)
            for result in [theirs, ours] {
                #expect(
                    result.standardError.hasPrefix("postmap: fatal: unsupported dictionary type: \(kind)"))
            }
        }
    }

    @Test func aTableThatAlwaysFailsCannotBeWritten() async throws {
        let twins = try TwinDirectories()
        try twins.write("plain", "a b\n")
        for command in [
            ["postmap", "fail:plain"], ["postmap", "-d", "a", "fail:plain"], ["postmap", "-i", "fail:x"],
        ] {
            let (theirs, ours) = try await twins.both(command, input: "a b\n")
            #expect(ours.standardError == theirs.standardError)
            #expect(ours.exitCode == theirs.exitCode)
        }
    }

    /// One a line, sorted, and none that Postfix does not know by that name, but for one that Postfix 3.9
    /// has.
    @Test func kindsAreListedAsPostfixListsThem() async throws {
        let (theirs, ours) = try await TwinDirectories().both(["postconf", "-m"])
        let (known, named) = (
            theirs.standardOutput.split(separator: "\n"), ours.standardOutput.split(separator: "\n")
        )
        #expect(named == named.sorted() && Set(named).isSubset(of: known + ["mongodb"]))
        #expect(Set(named).isSuperset(of: ["btree", "cdb", "hash", "lmdb"]))
        #expect(ours.exitCode == theirs.exitCode)
    }

    /// What Postfix says of a file that is no table differs by library; Martlet says where, and what to do.
    @Test(arguments: DatabaseKind.allCases)
    func aFileThatIsNoTableIsRefusedByBoth(kind: DatabaseKind) async throws {
        let twins = try TwinDirectories()
        try twins.write("broken\(kind.suffix)", "garbage\n")
        let (theirs, ours) = try await twins.both(["postmap", "-q", "a", "\(kind.rawValue):broken"])
        #expect(theirs.exitCode == 1)
        #expect(ours.exitCode == 1)
        #expect(ours.standardError.hasPrefix("postmap: fatal: open database broken\(kind.suffix): "))
    }
}
