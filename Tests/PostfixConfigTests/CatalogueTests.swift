import Testing

@testable import PostfixConfig

@Suite struct CatalogueTests {
    @Test func everyNameStandsOnce() {
        let names = ParameterCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyParameterHasALineOfDocumentation() {
        for definition in ParameterCatalogue.all {
            #expect(definition.summary.hasSuffix("."), "\(definition.name)")
            #expect(
                definition.summary.utf8.count > 12 && !definition.summary.contains("\n"), "\(definition.name)"
            )
        }
    }

    @Test func everyDefaultIsAValueOfItsKind() throws {
        let source = ConfigurationSource(directory: "/etc/postfix", values: [:])
        var expander = Expander(source)
        for definition in ParameterCatalogue.all {
            let value = try expander.value(of: definition.name) ?? ""
            #expect(throws: Never.self, "\(definition.name) = \(value)") { try definition.kind.check(value) }
        }
    }

    /// Whoever adds one says by it that its tables decide nothing about who may send mail.
    @Test func answersAreRememberedForTheseParametersAlone() {
        #expect(
            ParameterCatalogue.all.filter(\.remembersAnswers).map(\.name) == [
                "canonical_maps", "local_recipient_maps", "mydestination", "recipient_bcc_maps",
                "recipient_canonical_maps", "relay_domains", "relay_recipient_maps", "relocated_maps",
                "transport_maps", "virtual_alias_domains", "virtual_alias_maps", "virtual_gid_maps",
                "virtual_mailbox_domains", "virtual_mailbox_maps", "virtual_uid_maps",
            ])
    }

    @Test func earlierNamesAreThoseThatDefaultsLookAt() {
        #expect(ParameterCatalogue.formerNames.isSuperset(of: ["virtual_maps", "fallback_relay"]))
        #expect(!ParameterCatalogue.formerNames.contains("home"))
    }

    @Test(arguments: [
        ("lmtp_destination_recipient_limit", "lmtp", "default_destination_recipient_limit"),
        ("a_recipient_limit", "a", "default_recipient_limit"),
        ("x_initial_destination_concurrency", "x", "initial_destination_concurrency"),
    ])
    func perTransportNamesAreTakenApart(name: String, transport: String, common: String) {
        let parameter = PerTransportParameter(name: name)
        #expect(parameter?.transport == transport)
        #expect(parameter?.defaultText == "$" + common)
        #expect(parameter?.name == name)
    }
}
