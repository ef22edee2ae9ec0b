import CLDAP
import LookupTables

/// One lookup in a directory: its first search, and those that its entries refer to.
///
/// Searches are sent as soon as they are known, many at a time; the values come together in the order in which one
/// search after the other would have found them. Each entry is asked for once, however often it is named.
struct Expansion {
    private enum Item {
        case value([UInt8])
        case search(Int, attribute: String, name: [UInt8])
    }

    private struct Node {
        let request: SearchRequest
        /// How far from the first search, which is 1.
        let depth: Int
        var entries = 0
        var items: [Item] = []
    }

    private let query: LDAPQuery
    private let key: String
    private var nodes: [Node]
    private var known: [SearchRequest: Int]
    private var unfinished = 1
    /// Values so far, to notice early that there are too many.
    private var values = 0
    private var bytes = 0

    /// So many searches, so many steps through their results, and so many bytes may one lookup cost.
    private static let mostSearches = 100_000
    private static let mostSteps = 1_000_000
    private static let mostBytes = 64 * 1024 * 1024

    init(_ key: String, of query: LDAPQuery) {
        self.query = query
        self.key = key
        let request = query.search(for: key)
        nodes = [Node(request: request, depth: 1)]
        known = [request: 0]
    }

    var isComplete: Bool { unfinished == 0 }

    /// The searches so far; those that were added last have to be sent.
    var searches: Int { nodes.count }

    func request(_ search: Int) -> SearchRequest { nodes[search].request }

    /// What was asked, for `explain`.
    var description: String {
        let shown = nodes.prefix(20).map(\.request.description)
        return (shown + (nodes.count > shown.count ? ["… \(nodes.count - shown.count) more"] : []))
            .joined(separator: "; ")
    }

    // MARK: Answers

    mutating func add(_ entry: SearchEntry, to search: Int) throws(LookupFailure) {
        nodes[search].entries += 1
        if let limit = query.sizeLimit, nodes[search].entries > limit {
            throw query.rules.failure(
                .result, "Query size limit (\(limit)) exceeded for key: '\(key)'; see size_limit")
        }
        for item in entry.items {
            switch item {
            case .value(let value):
                bytes += value.count
                if query.rules.counts(value) { values += 1 }
                guard values <= query.rules.expansionLimit ?? .max else {
                    throw query.rules.tooManyValues(key)
                }
                nodes[search].items.append(.value(value))
            case .reference(let name, let attribute):
                bytes += name.count
                try follow(name, attribute: attribute, from: search)
            }
        }
        // An entry costs something even where it has nothing.
        bytes += 64
        guard bytes <= Self.mostBytes else {
            throw query.rules.failure(
                .result, "key '\(key)': the directory sent more than \(Self.mostBytes) bytes")
        }
    }

    private mutating func follow(
        _ value: [UInt8], attribute: String, from search: Int
    ) throws(LookupFailure) {
        let depth = nodes[search].depth
        guard depth < query.recursionLimit else { throw tooDeep(attribute, value) }
        guard let request = try self.request(for: value) else { return }
        let target: Int
        if let present = known[request] {
            target = present
        } else {
            guard nodes.count < Self.mostSearches else {
                throw query.rules.failure(
                    .result, "key '\(key)': more than \(Self.mostSearches) entries refer to each other")
            }
            target = nodes.count
            nodes.append(Node(request: request, depth: depth + 1))
            known[request] = target
            unfinished += 1
        }
        nodes[search].items.append(.search(target, attribute: attribute, name: value))
    }

    /// The search that a special attribute's value means; nil where a URL has none of our attributes.
    private func request(for value: [UInt8]) throws(LookupFailure) -> SearchRequest? {
        // As in C, a value ends at its first zero byte.
        let text = value.prefix { $0 != 0 }
        let terminated = text.map(CChar.init(bitPattern:)) + [0]
        guard ldap_is_ldap_url(terminated) != 0 else {
            return .entry(Array(text), attributes: query.attributes)
        }
        var url: UnsafeMutablePointer<LDAPURLDesc>?
        let code = ldap_url_parse(terminated, &url)
        defer { ldap_free_urldesc(url) }
        guard code == 0, let url = url?.pointee else {
            throw query.rules.failure(
                .result, "malformed URL \(String(decoding: text, as: UTF8.self)): error \(code)")
        }
        var wanted: [String] = []
        var pointer = url.lud_attrs
        while let name = pointer?.pointee {
            wanted.append(String(cString: name))
            pointer = pointer?.successor()
        }
        guard let attributes = query.attributes.narrowed(to: wanted) else { return nil }
        func bytes(_ text: UnsafeMutablePointer<CChar>?) -> [UInt8]? {
            text.map { String(cString: $0) }.map { Array($0.utf8) }
        }
        return SearchRequest(
            base: bytes(url.lud_dn) ?? [], scope: url.lud_scope, filter: bytes(url.lud_filter),
            attributes: attributes)
    }

    /// The server has answered a search.
    ///
    /// - Parameter code: the result code of RFC 4511 §4.1.9, or the client library's.
    mutating func finish(_ search: Int, _ code: Int32) throws(LookupFailure) {
        unfinished -= 1
        switch code {
        case LDAP_SUCCESS: return
        case LDAP_NO_SUCH_OBJECT where search > 0:
            let name = String(decoding: nodes[search].request.base, as: UTF8.self)
            query.rules.logger.warning(
                "dict_ldap_get_values[\(nodes[search].depth - 1)]: DN \(name) not found, skipping ")
        case LDAP_NO_SUCH_OBJECT where !query.base.isFixed: return
        case LDAP_NO_SUCH_OBJECT:
            let base = String(decoding: nodes[search].request.base, as: UTF8.self)
            throw query.rules.failure(
                .statement,
                "Search base '\(base)' not found: \(code): \(LDAPText.error(code)); see search_base")
        default:
            throw query.rules.failure(.statement, "Search error \(code): \(LDAPText.error(code))")
        }
    }

    // MARK: The result

    /// All values, depth first; nil where there are none.
    func value() throws(LookupFailure) -> String? {
        var result = ResultList(to: key, of: query.rules)
        var path: [(search: Int, next: Int)] = [(0, 0)]
        var steps = 0
        while let (search, next) = path.last {
            guard next < nodes[search].items.count else {
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            steps += 1
            guard steps <= Self.mostSteps else {
                throw query.rules.failure(
                    .result,
                    "key '\(key)': entries that refer to each other have more than \(steps - 1) values")
            }
            switch nodes[search].items[next] {
            case .value(let value):
                try value.withUnsafeBufferPointer { value throws(LookupFailure) in try result.add(value) }
            case .search(let target, let attribute, let name):
                // Entries that refer to each other in a circle end here.
                guard path.count < query.recursionLimit else { throw tooDeep(attribute, name) }
                path.append((target, 0))
            }
        }
        return try result.value()
    }

    private func tooDeep(_ attribute: String, _ name: [UInt8]) -> LookupFailure {
        query.rules.failure(
            .result,
            "Recursion limit exceeded for special attribute \(attribute)=\(String(decoding: name, as: UTF8.self));"
                + " see recursion_limit, which allows \(query.recursionLimit)")
    }
}
