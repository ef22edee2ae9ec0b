import LookupTables
import MailFormat
import Peers
import PostfixConfig
import Routing
import Testing

@Suite struct ConfigurationTests {
    private func router(_ values: [String: String]) throws -> Router {
        let configuration = try Configuration(directory: "/nowhere", values: values)
        return Router(
            settings: RoutingSettings(configuration),
            tables: RoutingTables(
                configuration, opener: TableOpener(configuration: configuration, drivers: [UnixDriver()])))
    }

    @Test func `unset lists of domains are the maps of the same name`() async throws {
        let router = try router([
            "myhostname": "mx.test", "mydestination": "",
            "virtual_alias_maps": "inline:{alias.test=anything, {jack@alias.test=john@box.test}}",
            "virtual_mailbox_maps": "inline:{box.test=anything, john@box.test=x}",
        ])
        #expect(try await router.addressClass(of: MailAddress("x@alias.test")) == .virtualAlias)
        #expect(try await router.addressClass(of: MailAddress("x@box.test")) == .virtualMailbox)
        #expect(try await router.addressClass(of: MailAddress("x@far.test")) == .other)
        guard case .accepted(let finals) = await router.verdict(on: MailAddress("jack@alias.test")) else {
            Issue.record("jack is an alias")
            return
        }
        #expect(finals.map(\.address.text) == ["john@box.test"])
    }

    @Test func `local users are the machine's, and alias maps of a kind that is not there wait`() async throws
    {
        let users = try router(["myhostname": "mx.test", "alias_maps": ""])
        guard case .accepted = await users.verdict(on: MailAddress("root@mx.test")) else {
            Issue.record("root is a user here")
            return
        }
        let router = try router([
            "myhostname": "mx.test", "inet_interfaces": "127.0.0.1", "alias_maps": "dbm:/etc/aliases",
        ])
        guard
            case .deferred(let reply, let cause) = await router.verdict(
                on: MailAddress("nobody-at-all@[127.0.0.1]"))
        else {
            Issue.record("whether it is an alias cannot be asked")
            return
        }
        #expect(reply.text == "451 4.3.0 <nobody-at-all@[127.0.0.1]>: Temporary lookup failure")
        #expect(cause.contains("unsupported dictionary type: dbm"))
    }

    /// The default of alias_maps, with the file elsewhere: an alias database that postalias made, and NIS.
    @Test func `local names are those of the alias database`() async throws {
        let directory = try TemporaryDirectory("aliases")
        let name = directory.appending("aliases")
        let configuration = try Configuration(directory: directory.path, values: [:])
        let draft = try DatabaseDriver(.hash).draft(
            of: name, DraftPlan(), for: TableOpener(configuration: configuration))
        try draft.add(Array("webmaster".utf8), Array("root".utf8), replaces: false)
        try draft.finish()
        let router = try router([
            "myhostname": "mx.test", "alias_maps": "hash:\(name), nis:mail.aliases",
        ])
        guard case .accepted = await router.verdict(on: MailAddress("Webmaster@mx.test")) else {
            Issue.record("webmaster is an alias")
            return
        }
        guard case .rejected(let reply) = await router.verdict(on: MailAddress("nobody-at-all@mx.test")) else {
            Issue.record("there is no such user")
            return
        }
        #expect(
            reply.text
                == "550 5.1.1 <nobody-at-all@mx.test>: Recipient address rejected: "
                + "User unknown in local recipient table")
    }
}
