/// How the paths of MAIL and RCPT may be written.
public struct PathRules: Hashable, Sendable {
    /// `strict_rfc821_envelopes`: a path must stand in angle brackets.
    public var isStrict: Bool
    /// `allow_min_user`. What begins with a hyphen could be taken for an option by a delivery program.
    public var allowsLeadingHyphen: Bool

    public init(isStrict: Bool = false, allowsLeadingHyphen: Bool = false) {
        self.isStrict = isStrict
        self.allowsLeadingHyphen = allowsLeadingHyphen
    }
}
