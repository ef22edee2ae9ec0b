// Copies of mail for somebody else: cleanup(8).

extension Parameter<String> {
    public static var alwaysBcc: Self {
        Self("always_bcc", default: "", "The address that gets a copy of every message.")
    }
}

extension Parameter<[String]> {
    public static var recipientBccMaps: Self {
        Self(
            "recipient_bcc_maps", default: "", remembersAnswers: true,
            "The tables that answer, by recipient, who gets a copy.")
    }
    public static var senderBccMaps: Self {
        Self("sender_bcc_maps", default: "", "The tables that answer, by sender, who gets a copy.")
    }
}

extension ParameterCatalogue {
    static let copies: [ParameterDefinition] = [
        Parameter<String>.alwaysBcc.definition,
        Parameter<[String]>.recipientBccMaps.definition,
        Parameter<[String]>.senderBccMaps.definition,
    ]
}
