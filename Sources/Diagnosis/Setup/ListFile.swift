import PostfixConfig

/// A file whose words stand in a list of main.cf: `virtual_mailbox_domains = /etc/postfix/domains`.
public struct ListFile: Hashable, Sendable {
    public let path: String
    public let parameter: String
    public let place: Evidence

    /// Lists of names and networks, the only ones that may name such files.
    private static let parameters = [
        "mydestination", "mynetworks", "relay_domains", "virtual_alias_domains", "virtual_mailbox_domains",
    ]

    static func all(_ configuration: Configuration, evidence: (String) -> Evidence) -> [ListFile] {
        parameters.flatMap { parameter in
            ListSyntax.split(configuration.value(named: parameter) ?? "").compactMap { word in
                let path = String(word.drop { $0 == "!" })
                guard path.hasPrefix("/") else { return nil }
                return ListFile(path: path, parameter: parameter, place: evidence(parameter))
            }
        }
    }
}
