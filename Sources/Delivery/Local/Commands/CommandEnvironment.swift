import Foundation
import MailFormat
import PostfixConfig
import Routing

/// What a command finds in its environment: local(8), "EXTERNAL COMMAND DELIVERY".
struct CommandEnvironment {
    /// Where commands are searched for.
    static let path = "/usr/bin:/bin"

    /// `NAME=value`
    private(set) var variables: [String] = []

    /// - Parameter exported: `export_environment`: names of the keeper's own variables, and `name=value`.
    init(exported: [String]) {
        let own = ProcessInfo.processInfo.environment
        for entry in exported {
            if entry.contains("=") {
                variables.append(entry)
            } else if let value = own[entry] {
                variables.append("\(entry)=\(value)")
            }
        }
        variables.removeAll { $0.hasPrefix("PATH=") }
        variables.append("PATH=\(Self.path)")
    }

    /// What the message and the recipient are.
    ///
    /// - Parameters:
    ///   - filter: `command_expansion_filter`: other bytes become underscores, since shells read these.
    ///   - user: whose home and shell it is; nil for nobody in particular.
    mutating func add(
        _ message: KeptMessage, _ recipient: LocalRecipient, user: LocalUser?, filter: Set<UInt8>
    ) {
        func set(_ name: String, _ value: String?) {
            guard let value else { return }
            variables.append("\(name)=\(Self.clean(value, filter))")
        }
        set("HOME", user?.home)
        set("SHELL", user?.shell)
        set("LOGNAME", recipient.user)
        set("USER", recipient.user)
        set("SENDER", message.sender.text)
        set("RECIPIENT", recipient.address.text)
        set("LOCAL", recipient.local)
        set("EXTENSION", recipient.extension)
        set("DOMAIN", recipient.address.domain.map(ASCII.folded))
        set("ORIGINAL_RECIPIENT", recipient.original.text)
        set("CLIENT_HOSTNAME", message.origin.clientName)
        set("CLIENT_ADDRESS", message.origin.clientAddress)
        set("CLIENT_HELO", message.origin.heloName)
        set("CLIENT_PROTOCOL", message.origin.protocolName)
    }

    static func clean(_ text: String, _ filter: Set<UInt8>) -> String {
        String(decoding: text.utf8.map { filter.contains($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    }
}

/// A recipient taken apart as local(8) does.
struct LocalRecipient {
    let address: MailAddress
    let original: MailAddress
    /// The local part in lower case, whole and without its extension.
    let local: String
    let user: String
    /// Without the delimiter.
    let `extension`: String?
    let delimiter: String?

    init(_ recipient: EnvelopeRecipient, _ rule: AddressExtension) {
        address = recipient.address
        original = recipient.original
        local = ASCII.folded(recipient.address.localPart)
        let split = rule.split(local)
        user = split?.user ?? local
        `extension` = split.map { String($0.extension.dropFirst()) }
        delimiter = split.map { String($0.extension.prefix(1)) }
    }
}
