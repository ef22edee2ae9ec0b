import Testing

@testable import Diagnosis

@Suite struct OpenRelayTests {
    @Test(arguments: [
        "mynetworks = 0.0.0.0/0", "mynetworks = 127.0.0.0/8 [::]/0", "mynetworks = 11.0.0.0/8",
        "mynetworks = DIR/networks",
        "smtpd_relay_restrictions = permit, reject_unauth_destination",
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, warn_if_reject, reject_unauth_destination",
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit, reject",
    ])
    func aRelayForEverybodyIsFoundAndMustNotServe(main: String) async throws {
        let setup = try TriedSetup(main, files: ["networks": "127.0.0.0/8\n0.0.0.0/0\n"])
        let finding = try await setup.has(OpenRelay.self, .error, saying: "main.cf, line")
        #expect(finding.forbidsServing)
    }

    @Test(arguments: [
        "", "mynetworks = 10.0.0.0/8 192.168.0.0/16 [fd00::]/8",
        "mynetworks = 8.8.8.0/24 [2a00:1450:4001::]/48",
        "mynetworks = !0.0.0.0/0, 127.0.0.0/8",
        "mynetworks = 0.0.0.0/0\nsmtpd_relay_restrictions = reject_unauth_destination",
        "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination",
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, permit",
        "smtpd_relay_restrictions = permit\nsmtpd_recipient_restrictions = reject_unauth_destination",
        "smtpd_client_restrictions = permit_mynetworks, reject\nsmtpd_relay_restrictions = permit, reject",
    ])
    func whatKeepsStrangersOutIsLeftInPeace(main: String) async throws {
        try await TriedSetup(main).hasNo(OpenRelay.self)
    }

    @Test func aNetworkFarBeyondOnesOwnIsFound() async throws {
        let wide = try await TriedSetup("mynetworks = 8.8.0.0/16").has(
            OpenRelay.self, .error, about: "mynetworks", saying: "8.8.0.0/16 has 65536 addresses")
        #expect(!wide.forbidsServing)
        try await TriedSetup("mynetworks = 8.8.0.0/20").has(OpenRelay.self, .warning)
    }

    @Test func theOptionsOfAServiceCount() async throws {
        let open = try TriedSetup(
            "",
            master: """
                smtp inet n - n - - smtpd
                2525 inet n - n - - smtpd -o smtpd_relay_restrictions=permit

                """)
        let finding = try await open.has(OpenRelay.self, saying: "the service 2525", "master.cf, line 2")
        #expect(finding.forbidsServing)
        try await TriedSetup(
            "mynetworks = 0.0.0.0/0",
            master: "smtp inet n - n - - smtpd -o mynetworks=127.0.0.0/8\n"
        ).hasNo(OpenRelay.self)
    }
}

@Suite struct NetworkTests {
    @Test func sizesAndContainment() throws {
        let wide = try #require(Network("198.18.0.0/15"))
        #expect(wide.size == "131072")
        #expect(wide.contains(try #require(Network("198.19.255.255"))))
        #expect(!wide.contains(try #require(Network("198.20.0.0/16"))))
        #expect(!wide.contains(try #require(Network("198.0.0.0/8"))))
        #expect(try #require(Network("[2001:db8:1::]/64")).isPrivate)
        #expect(try #require(Network("[::]/0")).size == "2^128")
        #expect(Network("example.org") == nil)
        #expect(Network("10.0.0.0/33") == nil)
    }
}
