import Testing

@testable import PostfixConfig

@Suite struct ConfigurationTests {
    @Test func readsTypedValues() throws {
        let configuration = try Configuration(
            directory: "/etc/postfix",
            values: [
                "myhostname": "mail.example.org", "message_size_limit": "1", "virtual_alias_maps": "static:a, static:b",
                "foo_bar": "$myhostname", "lmtp_destination_recipient_limit": "7",
            ])
        #expect(configuration[.myhostname] == "mail.example.org")
        #expect(configuration[.mydomain] == "example.org")
        #expect(configuration[.smtpdBanner] == "mail.example.org ESMTP Postfix")
        #expect(configuration[.messageSizeLimit] == 1)
        #expect(configuration[.virtualAliasMaps] == ["static:a", "static:b"])
        #expect(configuration[.smtpdTimeout] == .seconds(300))
        #expect(configuration[.maximalQueueLifetime] == .seconds(5 * 86_400))
        #expect(configuration.value(named: "foo_bar") == "mail.example.org")
        #expect(configuration.destinationRecipientLimit(transport: "lmtp") == 7)
        #expect(configuration.destinationConcurrencyLimit(transport: "lmtp") == 20)
        #expect(configuration.destinationConcurrencyLimit(transport: "local") == 2)
        #expect(try configuration.overriding([("stress", "yes")])[.smtpdTimeout] == .seconds(10))
    }
}
