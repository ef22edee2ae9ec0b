/// The rows of all alias maps as pairs of numbers, in no order: which address leads to which, and says which map.
struct AliasEdges: Sendable {
    private(set) var sources: [Int32] = []
    private(set) var targets: [Int32] = []
    /// The map's position in its list.
    private(set) var maps: [UInt8] = []

    var count: Int { sources.count }

    mutating func add(_ source: Int32, _ target: Int32, map: Int) {
        sources.append(source)
        targets.append(target)
        maps.append(UInt8(clamping: map))
    }
}
