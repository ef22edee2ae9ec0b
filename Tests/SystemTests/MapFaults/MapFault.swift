import Testing

/// One thing that is wrong with one map.
struct MapFault: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable {
        case absent(String)
        case unreadable(String)
        case broken(String, String)
        case silentServer
        case serverHangsUp([UInt8])
    }

    let map: MapKind
    let kind: Kind

    var testDescription: String {
        switch kind {
        case .absent(let file): "\(map.type): \(file) is absent"
        case .unreadable(let file): "\(map.type): \(file) is unreadable"
        case .broken(let file, _): "\(map.type): \(file) is broken"
        case .silentServer: "\(map.type): the server accepts and says nothing"
        case .serverHangsUp: "\(map.type): the server hangs up in the middle"
        }
    }

    static let all: [MapFault] = MapKind.all.flatMap { map in
        var kinds: [Kind] = []
        for file in map.files {
            kinds += [.absent(file.name), .unreadable(file.name)]
            if let text = file.broken { kinds.append(.broken(file.name, text)) }
        }
        if let beginning = map.beginning { kinds.append(.serverHangsUp(beginning)) }
        if map.beginning != nil, map.givesUpSoon { kinds.append(.silentServer) }
        return kinds.map { MapFault(map: map, kind: $0) }
    }
}
