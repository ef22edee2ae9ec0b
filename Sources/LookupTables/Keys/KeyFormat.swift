/// For which keys a table is asked, and as what: the settings `domain` and `key_format` of memcache_table(5).
package struct KeyFormat: Sendable {
    private let template: ExpansionTemplate
    private let needs: KeyNeeds
    private let domains: DomainList?

    package init(_ settings: TableSettings, opener: TableOpener) throws(TableError) {
        let text = settings.text("key_format") ?? "%s"
        guard let template = ExpansionTemplate(text) else {
            let place = settings.path.isEmpty ? settings.table : settings.path
            throw TableError("db_common_parse: \(place): Invalid query template: \(text)")
        }
        self.template = template
        needs = template.needs(isQuery: true)
        let domain = settings.text("domain") ?? ""
        domains = domain.isEmpty ? nil : try DomainList(domain, opener: opener)
    }

    /// What to ask for; nil where the key is none that the table could have.
    package func expand(
        _ key: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> [UInt8]? {
        if let domains, try await !domains.accepts(key, observer: observer) { return nil }
        return Array(key.utf8).withUnsafeBufferPointer { bytes in
            let key = SplitValue(bytes)
            guard needs.areMet(by: key) else { return nil }
            var result: [UInt8] = []
            template.fill(with: key, into: &result) { $1.append(contentsOf: $0) }
            return result
        }
    }
}
