import LookupTables
import MailFormat

/// What the alias maps say of one address.
enum AliasAnswer: Sendable {
    /// The address is no alias.
    case none
    /// Where it leads; the extension that the key left unmatched has been passed on.
    case targets([MailAddress], key: String)
    /// The answer holds no address, or one with a control character.
    case malformed(key: String, value: String)
    /// A target is longer than `virtual_alias_address_length_limit`.
    case tooLong(key: String, length: Int)
    case failed(LookupFailure)
}

extension AliasAnswer {
    /// Reads a map's answer: virtual(5), "RESULT FORMAT".
    ///
    /// - `@other` is the same local part at another domain;
    /// - an address without a domain is completed as trivial-rewrite(8) does;
    /// - an extension that the key did not match goes to every target where
    ///   `propagate_unmatched_extensions` names `virtual`.
    init(_ value: String, key: AddressKeys.Key, extension: String, of address: MailAddress, core: RoutingCore)
    {
        let unmatched = key.kind == .withoutExtension ? `extension` : ""
        let propagated = core.settings.propagatesVirtualExtensions ? unmatched : ""
        var targets = AddressList.parse(value)
        for index in targets.indices {
            if targets[index].localPart.isEmpty {
                targets[index].localPart = String(
                    decoding: address.localPart.utf8.dropLast(unmatched.utf8.count), as: UTF8.self)
            }
            targets[index] = core.completion.complete(targets[index])
            if !propagated.isEmpty { targets[index].localPart += propagated }
        }
        if targets.isEmpty || targets.contains(where: \.hasControlCharacter) {
            self = .malformed(key: key.text, value: value)
        } else if let long = targets.first(where: {
            $0.text.utf8.count > core.settings.aliasAddressLengthLimit
        }) {
            self = .tooLong(key: key.text, length: long.text.utf8.count)
        } else {
            self = .targets(targets, key: key.text)
        }
    }
}
