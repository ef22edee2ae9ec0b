import LookupTables
import MailFormat

/// The keys under which an address may stand in a table, in the order in which they are asked.
///
///     john+tag@example.org
///     john@example.org
///     john+tag, john            only where the domain is this machine's own
///     john+*@example.org, … j*@example.org      only where virtual_alias_wildcard_length allows
///     @example.org
///
/// A local part that needs quoting is asked quoted first, then as it is. Source: virtual(5), "TABLE SEARCH
/// ORDER"; the forms with quotes as Postfix 3.2 and later ask them.
package struct AddressKeys: Sendable {
    package struct Key: Sendable {
        package let text: String
        /// A part of the address: tables that take only whole ones are not asked.
        let isPartial: Bool
        package let kind: Kind
        /// The extension that the key leaves unmatched, with its delimiter.
        package var unmatched = ""
    }

    package enum Kind: Sendable {
        /// The local part as it is.
        case whole
        /// Without the extension, which the key then left unmatched.
        case withoutExtension
        /// `prefix*@domain`
        case wildcard
        /// `@domain`
        case catchall
        /// A domain, a parent, or `*`: transport(5).
        case domain
    }

    package private(set) var keys: [Key] = []
    /// The extension with its delimiter, `+tag`; empty where there is none.
    let `extension`: String

    /// - Parameter isOwn: the domain is `$myorigin`, in `$mydestination` or an interface's address, so that
    ///   the bare local part is asked as well.
    /// - Parameter names: how many names of the address may be asked for, itself included; nil is all.
    /// - Parameter wildcards: how many characters may stand before the `*`; 0 asks for none.
    package init(
        _ address: MailAddress, rule: AddressExtension, isOwn: Bool, catchall: Bool = true, names: Int? = nil,
        wildcards: Int = 0
    ) {
        let splits = rule.splits(address.localPart).prefix(names.map { $0 - 1 } ?? .max)
        `extension` = splits.first?.extension ?? ""
        for domain in address.domain != nil && isOwn ? [address.domain, nil] : [address.domain] {
            let isBare = domain == nil && address.domain != nil
            add(MailAddress(localPart: address.localPart, domain: domain), .whole, isPartial: isBare)
            for (user, `extension`) in splits {
                add(
                    MailAddress(localPart: user, domain: domain), .withoutExtension, isPartial: true,
                    unmatched: `extension`)
            }
        }
        guard let domain = address.domain else { return }
        if wildcards > 0 {
            var prefix = address.localPart.prefix(wildcards)
            while !prefix.isEmpty {
                keys.append(Key(text: "\(prefix)*@\(domain)", isPartial: true, kind: .wildcard))
                prefix.removeLast()
            }
        }
        if catchall { keys.append(Key(text: "@\(domain)", isPartial: true, kind: .catchall)) }
    }

    /// The keys of transport(5): the address, then its domain and the parents, then `*`.
    init(transportOf address: MailAddress, rule: AddressExtension, parentsWithLeadingDot: Bool) {
        let split = rule.split(address.localPart)
        `extension` = split?.extension ?? ""
        add(address, .whole, isPartial: false)
        if let split {
            add(
                MailAddress(localPart: split.user, domain: address.domain), .withoutExtension, isPartial: true
            )
        }
        if let domain = address.domain {
            keys.append(Key(text: domain, isPartial: true, kind: .domain))
            for parent in DomainParents.of(domain, withLeadingDot: parentsWithLeadingDot) {
                keys.append(Key(text: parent, isPartial: true, kind: .domain))
            }
        }
        keys.append(Key(text: "*", isPartial: false, kind: .domain))
    }

    /// The address and no other form of it.
    init(only address: MailAddress) {
        `extension` = ""
        add(address, .whole, isPartial: false)
    }

    /// The keys that are put to the tables at once with the one at an index: all wildcards, else itself alone.
    func together(from index: Int) -> ArraySlice<Key> {
        guard keys[index].kind == .wildcard else { return keys[index...index] }
        return keys[index...].prefix { $0.kind == .wildcard }
    }

    private mutating func add(
        _ address: MailAddress, _ kind: Kind, isPartial: Bool, unmatched: String = ""
    ) {
        let plain = address.text
        let quoted = address.quoted
        if quoted != plain {
            keys.append(Key(text: quoted, isPartial: isPartial, kind: kind, unmatched: unmatched))
        }
        keys.append(Key(text: plain, isPartial: isPartial, kind: kind, unmatched: unmatched))
    }
}
