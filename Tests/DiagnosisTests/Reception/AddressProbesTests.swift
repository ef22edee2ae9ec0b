import Foundation
import Peers
import Testing

@testable import Diagnosis

@Suite struct AddressProbesTests {
    private static let recipients =
        "smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n"
    private static let senders =
        "smtpd_sender_restrictions = warn_if_reject reject_unverified_sender\naddress_verify_map =\n"

    @Test func `a cache in a directory that is not there is found`() async throws {
        let setup = try TriedSetup(Self.recipients + "address_verify_map = btree:DIR/gone/verify_cache")
        let finding = try await setup.has(
            AddressProbes.self, .warning, about: "DIR/gone", saying: "every address is asked again",
            "install -d -o ", "main.cf, line 14")
        #expect(finding.cure.hasSuffix("\(setup.path)/gone"))
        _ = try setup.directory.makeDirectory("gone")
        try await setup.hasNo(AddressProbes.self)
    }

    @Test func `a cache that the server may not write is found`() async throws {
        // Whatever the tests run as, this directory is root's; nobody is none of its friends.
        let main = "mail_owner = nobody\n" + Self.recipients + "address_verify_map = hash:/etc/verify_cache"
        try await TriedSetup(main).has(
            AddressProbes.self, .warning, about: "/etc", saying: "nobody, the user that the server runs as",
            "chown nobody /etc")
    }

    @Test func `a cache of a kind that cannot be written is found`() async throws {
        try await TriedSetup(Self.recipients + "address_verify_map = memcache:/etc/x.cf").has(
            AddressProbes.self, .error, about: "address_verify_map", saying: "the server does not start",
            "btree:$data_directory/verify_cache")
        try await TriedSetup(Self.recipients + "address_verify_map = btree:verify_cache").has(
            AddressProbes.self, .error, about: "address_verify_map", saying: "must be absolute")
    }

    @Test func `a service's own list is looked at`() async throws {
        try await TriedSetup(
            "address_verify_map = btree:DIR/gone/x",
            master:
                "smtp inet n - n - - smtpd -o smtpd_recipient_restrictions=reject_unverified_recipient,reject\n"
        ).has(AddressProbes.self, about: "DIR/gone", saying: "master.cf, line 1")
    }

    @Test func `senders who cannot be asked about are found`() async throws {
        try await TriedSetup(Self.senders).has(
            AddressProbes.self, .error, about: "reject_unverified_sender", saying: "450",
            "take reject_unverified")
        try await TriedSetup(Self.senders + "address_verify_default_transport = lmtp:unix:x")
            .hasNo(AddressProbes.self)
        try await TriedSetup(Self.senders + "default_transport = error:no").hasNo(AddressProbes.self)
    }

    @Test func `where nothing asks for probes, nothing is found`() async throws {
        try await TriedSetup("address_verify_map = memcache:/etc/x.cf").hasNo(AddressProbes.self)
        try await TriedSetup(Self.recipients).hasNo(AddressProbes.self)
        try await TriedSetup(Self.recipients + "address_verify_map =").hasNo(AddressProbes.self)
    }
}
