import LookupTables
import MailFormat
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
        let router = try router(["myhostname": "mx.test", "inet_interfaces": "127.0.0.1"])
        guard
            case .deferred(let reply, let cause) = await router.verdict(
                on: MailAddress("nobody-at-all@[127.0.0.1]"))
        else {
            Issue.record("whether it is an alias cannot be asked")
            return
        }
        #expect(reply.text == "451 4.3.0 <nobody-at-all@[127.0.0.1]>: Temporary lookup failure")
        #expect(cause.contains("unsupported dictionary type: hash"))
    }
}
