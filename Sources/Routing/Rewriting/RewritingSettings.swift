/// What main.cf says about addresses that change on the way, as plain values: cleanup(8).
public struct RewritingSettings: Sendable {
    /// `canonical_classes`
    public var canonical: AddressKinds = [
        .envelopeSender, .envelopeRecipient, .headerSender, .headerRecipient,
    ]
    /// `sender_canonical_classes`
    public var senderCanonical: AddressKinds = [.envelopeSender, .headerSender]
    /// `recipient_canonical_classes`
    public var recipientCanonical: AddressKinds = [.envelopeRecipient, .headerRecipient]
    /// `masquerade_classes`
    public var masqueraded: AddressKinds = [.envelopeSender, .headerSender, .headerRecipient]
    /// `masquerade_domains`
    public var masquerade = Masquerade()
    /// Whether `propagate_unmatched_extensions` names `canonical`.
    public var propagatesExtensions = true
    /// `always_bcc`; empty is nobody.
    public var alwaysBcc = ""

    public init() {}
}
