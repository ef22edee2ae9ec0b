// Copies of mail for somebody else: cleanup(8).

extension ParameterCatalogue {
    static let copies: [ParameterDefinition] = [
        .routing("always_bcc", .text, "", "The address that gets a copy of every message."),
        .routing("recipient_bcc_maps", .list, "", "The tables that answer, by recipient, who gets a copy."),
        .routing("sender_bcc_maps", .list, "", "The tables that answer, by sender, who gets a copy."),
    ]
}
