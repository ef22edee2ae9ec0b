import Foundation
import Peers
import PostfixConfig
import Routing
import Testing

@testable import Delivery

/// What the keeper does not do, however a server asks for it.
@Suite struct KeeperRulesTests {
    private static let me = LocalUser(uid: getuid() == 0 ? 65534 : getuid())

    private static func rules(_ directory: TemporaryDirectory, _ mainCf: String) throws -> KeeperRules {
        try directory.write(
            "main.cf",
            "compatibility_level = 3.6\nmyhostname = mx.x.test\nalias_maps = texthash:\(directory.path)/aliases\n"
                + "forward_path = \(directory.path)/forward/$user+${extension}, \(directory.path)/forward/$user\n\(mainCf)\n"
        )
        return KeeperRules(try Configuration.load(directory: directory.path))
    }

    /// A file of the user's own.
    private static func write(_ directory: TemporaryDirectory, _ name: String, _ text: String) throws {
        let path = try directory.write(name, text)
        if let me, getuid() == 0 { chown(path, me.uid, me.gid) }
    }

    private static func authority(
        _ source: LocalSettings.Source, _ files: [String]
    ) throws -> KeptAuthority {
        KeptAuthority(LocalAuthority(.user(try #require(me)), in: source, files: files))
    }

    @Test func `a user's command is one that the user's own file names`() throws {
        let me = try #require(Self.me)
        let directory = try TemporaryDirectory("kpr")
        let rules = try Self.rules(directory, "allow_mail_to_commands = alias, forward, include")
        let forward = directory.appending("forward/\(me.name)")
        let list = directory.appending("list")
        try Self.write(directory, "forward/\(me.name)", "\"|/bin/cat a b\", :include:\(list)\n")
        try Self.write(directory, "list", "|second\n")
        try Self.write(directory, "mail", "|evil\n")
        func owner(_ command: String, _ source: LocalSettings.Source, _ files: String...) throws -> UInt32 {
            try rules.owner(of: .command(command), for: try Self.authority(source, files)).identity.uid
        }
        #expect(try owner("/bin/cat a b", .forward, forward) == me.uid)
        #expect(try owner("second", .include, forward, list) == me.uid)
        for attempt: () throws -> UInt32 in [
            { try owner("/bin/cat a", .forward, forward) }, { try owner("evil", .forward) },
            // A file of the user's that is no .forward file, such as a message in a Maildir.
            { try owner("evil", .forward, directory.appending("mail")) },
            { try owner("evil", .include, forward, directory.appending("mail")) },
            { try owner("second", .include, list) },
            { try owner("evil", .forward, directory.appending("forward/../mail")) },
        ] { #expect(throws: KeeperRefusal.self) { try attempt() } }
    }

    @Test func `what main.cf does not allow is not run`() throws {
        let me = try #require(Self.me)
        let directory = try TemporaryDirectory("kpr")
        let rules = try Self.rules(directory, "allow_mail_to_commands = alias\nallow_mail_to_files =")
        try Self.write(directory, "forward/\(me.name)", "|x\n")
        let forward = try Self.authority(.forward, [directory.appending("forward/\(me.name)")])
        #expect(throws: KeeperRefusal.self) { try rules.owner(of: .command("x"), for: forward) }
        #expect(throws: KeeperRefusal.self) {
            try rules.owner(of: .file("/tmp/x"), for: KeptAuthority(.operatorOfServer))
        }
        #expect(
            try rules.owner(of: .command("x"), for: KeptAuthority(.operatorOfServer)).identity.uid == 65534)
        for uid in [1, 2] as [UInt32] {
            // Nobody's table.
            let authority = KeptAuthority(LocalAuthority(.owner(uid), in: .alias))
            #expect(throws: KeeperRefusal.self) { try rules.owner(of: .command("x"), for: authority) }
        }
    }

    @Test(arguments: ["root", "nosuchuser"]) func `default_privs is never root`(user: String) throws {
        let rules = try Self.rules(try TemporaryDirectory("kpr"), "default_privs = \(user)")
        #expect(throws: KeeperRefusal.self) { try rules.defaultOwner() }
    }

    @Test(arguments: ["../root", ".", "..", "a/b", "nosuchuser"])
    func `a name that is nobody's has no mailbox`(name: String) throws {
        let rules = try Self.rules(try TemporaryDirectory("kpr"), "")
        #expect(throws: KeeperRefusal.self) { try rules.user(name) }
    }

    @Test func `a list is read where an alias file includes it`() throws {
        let me = try #require(Self.me)
        let directory = try TemporaryDirectory("kpr")
        let rules = try Self.rules(directory, "")
        let list = directory.appending("list")
        try Self.write(directory, "list", "a@x.test\n")
        try Self.write(directory, "list2", "a@x.test\n")
        try directory.write("aliases", "team :include:\(list), other\nfake \(list)2\n")
        #expect(try rules.reader(ofList: list, for: KeptAuthority(.operatorOfServer)).uid == me.uid)
        for other in [list + "2", directory.appending("aliases"), "/etc/shadow", list + "3"] {
            #expect(throws: KeeperRefusal.self) {
                try rules.reader(ofList: other, for: KeptAuthority(.operatorOfServer))
            }
        }
    }

    @Test(arguments: [
        ("/home/jim/.forward", true), ("/home/jim/.forward+a", true), ("/home/jim/.forward-list.x", true),
        ("/home/jim/.forwar", false), ("/home/jim/.forward/x", false), ("/home/jim/.ssh/id", false),
        ("/home/jim/.forward+../x", false), ("/home/jane/.forward", false), ("home/jim/.forward", false),
        ("/mail/jim/f", true), ("/mail/jim/x.test/f", false),
    ])
    func `only files that forward_path can name are .forward files`(path: String, isOne: Bool) {
        let files = ForwardFiles(templates: [
            "$home/.forward${recipient_delimiter}${extension}", "$home/.forward", "/mail/${user}/f",
            "/etc/$nothing",
        ])
        let jim = LocalUser(name: "jim", uid: 1000, gid: 1000, home: "/home/jim")
        #expect(files.includes(path, of: jim) == isOne)
    }
}
