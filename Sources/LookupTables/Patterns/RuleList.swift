/// The rules of a pattern table in their order, with nested `if` … `endif`: the first that matches decides.
struct RuleList<Condition: Sendable, Outcome: Sendable>: Sendable {
    private enum Step: Sendable {
        case rule(Condition, Outcome)
        /// Where the condition does not hold, the search goes on at this step.
        case block(Condition, next: Int)
    }

    private var steps: [Step] = []
    /// The blocks that are open: their steps, and the lines that their `if` stands in.
    private var openBlocks: [(step: Int, line: Int)] = []

    mutating func add(_ condition: Condition, _ outcome: Outcome) { steps.append(.rule(condition, outcome)) }

    mutating func open(_ condition: Condition, line: Int) {
        openBlocks.append((steps.count, line))
        steps.append(.block(condition, next: .max))
    }

    /// - Returns: whether there was a block to close.
    mutating func close() -> Bool {
        guard let block = openBlocks.popLast() else { return false }
        guard case .block(let condition, _) = steps[block.step] else { return false }
        steps[block.step] = .block(condition, next: steps.count)
        return true
    }

    /// The lines of each `if` without its `endif`, the innermost first; such a block reaches to the end.
    var openLines: [Int] { openBlocks.reversed().map(\.line) }

    /// - Parameter match: what comes of a condition that holds, nil where it does not.
    /// - Returns: the first rule whose condition holds, with what came of it.
    func first<Match, Failure: Error>(
        where match: (Condition) throws(Failure) -> Match?
    ) throws(Failure) -> (outcome: Outcome, match: Match)? {
        var index = 0
        while index < steps.count {
            switch steps[index] {
            case .rule(let condition, let outcome):
                if let match = try match(condition) { return (outcome, match) }
                index += 1
            case .block(let condition, let next):
                index = try match(condition) == nil ? next : index + 1
            }
        }
        return nil
    }
}
