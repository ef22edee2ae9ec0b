import LookupTables
import MailFormat
import PostfixConfig

extension HeaderSettings {
    /// What main.cf, with the options of a service in master.cf, says about the header of messages.
    public init(_ configuration: Configuration, opener: TableOpener) throws(SettingsFailure) {
        self.init(
            localClients: try LocalClients.list(configuration[.localHeaderRewriteClients], opener: opener),
            mynetworks: try ClientList(.mynetworks, configuration, opener: opener),
            interfaces: ClientList(
                parameter: "inet_interfaces",
                addresses: InterfaceAddress.own(configuration).compactMap { IPAddress(bytes: $0.bytes) }),
            remoteDomain: configuration[.remoteHeaderRewriteDomain],
            alwaysAddsMissing: configuration[.alwaysAddMissingHeaders],
            undisclosedRecipients: configuration[.undisclosedRecipientsHeader],
            dropped: Set(configuration[.messageDropHeaders].map { $0.lowercased() }),
            sizeLimit: configuration[.headerSizeLimit], tokenLimit: configuration[.headerAddressTokenLimit])
        let field = undisclosedRecipients
        guard field.isEmpty || HeaderField.name(in: field.utf8) != nil, !field.utf8.contains(0x0A) else {
            throw SettingsFailure(
                "undisclosed_recipients_header",
                "\"\(field)\": needs a header field, such as "
                    + "To: undisclosed-recipients:;")
        }
    }
}

extension HeaderSettings.LocalClients {
    fileprivate static func list(
        _ words: [String], opener: TableOpener
    ) throws(SettingsFailure) -> [HeaderSettings.LocalClients] {
        let parameter = "local_header_rewrite_clients"
        var list: [HeaderSettings.LocalClients] = []
        var words = words[...]
        while let word = words.popFirst() {
            switch word.lowercased() {
            case "permit_inet_interfaces": list.append(.interfaces)
            case "permit_mynetworks": list.append(.mynetworks)
            case "permit_sasl_authenticated", "permit_tls_clientcerts", "permit_tls_all_clientcerts":
                list.append(.nobody)
            case "check_address_map":
                guard let table = words.popFirst() else {
                    throw SettingsFailure(parameter, "check_address_map needs a table behind it, type:name")
                }
                list.append(.table(opener.list(parameter, of: [table])))
            case _ where word.contains(":"):
                list.append(.table(opener.list(parameter, of: [word])))
            default:
                throw SettingsFailure(parameter, "\"\(word)\" is no name of clients")
            }
        }
        return list
    }
}
