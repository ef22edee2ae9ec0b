import PostfixConfig

/// Finds the maps that parameters name.
struct MapCensus {
    private(set) var maps: [NamedMap] = []
    private var indices: [String: Int] = [:]
    private let types: Set<String>

    /// - Parameter types: the kinds of map that there are; other words with a colon are transports and sockets.
    init(_ configuration: Configuration, _ main: MainFile, _ master: MasterFile?, types: [String]) {
        self.types = Set(types)
        let written = Dictionary(main.entries.map { ($0.name, $0) }) { _, last in last }
        let names = Set(ParameterCatalogue.all.filter { $0.kind == .list }.map(\.name)).union(written.keys)
        for name in names.sorted() where Self.namesMaps(name) {
            let value = configuration.value(named: name) ?? ""
            let place = written[name].map {
                Evidence(file: main.path, line: $0.line, "\(name) = \(Secrets.shown(name, $0.value))")
            }
            for (type, map) in references(in: value, onlyMaps: name.hasSuffix("_maps")) {
                add(type, map, parameter: name, place)
            }
        }
        for service in master?.services ?? [] {
            guard let own = try? configuration.overriding(service.overrides) else { continue }
            for (name, value) in service.overrides where Self.namesMaps(name) {
                let place = Evidence(
                    file: master?.path ?? "", line: service.line,
                    "-o \(name)=\(Secrets.shown(name, value)) (\(service.name) \(service.kind.rawValue))")
                for (type, map) in references(
                    in: own.value(named: name) ?? value, onlyMaps: name.hasSuffix("_maps"))
                {
                    add(type, map, parameter: name, place)
                }
            }
        }
    }

    /// Whether `type:name` in a parameter's value is a map: `virtual_transport = lmtp:unix:…` has none.
    private static func namesMaps(_ name: String) -> Bool {
        if name.hasSuffix("_transport") || name.hasSuffix("_milters") || permissions.contains(name) {
            return false
        }
        if let definition = ParameterCatalogue.definition(of: name) {
            return definition.kind == .list || name.hasSuffix("_maps") || name.hasSuffix("_checks")
        }
        // What the operator made up counts through the parameters that name it; restriction classes are lists.
        return false
    }

    /// These permit maps, and make nobody ask them.
    private static let permissions: Set<String> = ["proxy_read_maps", "proxy_write_maps"]

    /// - Parameter onlyMaps: nothing else than maps can stand in the value, so a kind that there is not is one too.
    private func references(in value: String, onlyMaps: Bool) -> [(type: String, name: String)] {
        var found: [(String, String)] = []
        for word in ListSyntax.split(value) {
            var word = word[...].drop { $0 == "!" }
            while word.hasPrefix("proxy:") { word = word.dropFirst("proxy:".count) }
            guard let colon = word.firstIndex(of: ":") else { continue }
            let type = String(word[..<colon])
            let name = String(word[word.index(after: colon)...])
            guard onlyMaps || types.contains(type), !name.isEmpty else { continue }
            // unix:private/policy is a socket, unix:passwd.byname a map.
            if type == "unix", !name.hasSuffix(".byname") { continue }
            if type == "pipemap" || type == "unionmap", name.hasPrefix("{"), name.hasSuffix("}") {
                found += references(in: String(name.dropFirst().dropLast()), onlyMaps: true)
            } else {
                found.append((type, name))
            }
        }
        return found
    }

    private mutating func add(_ type: String, _ name: String, parameter: String, _ place: Evidence?) {
        let key = "\(type):\(name)"
        let index = indices[key] ?? maps.count
        if index == maps.count {
            maps.append(NamedMap(type: type, name: name, parameters: [], places: []))
            indices[key] = index
        }
        if !maps[index].parameters.contains(parameter) { maps[index].parameters.append(parameter) }
        if let place, !maps[index].places.contains(place) { maps[index].places.append(place) }
    }
}
