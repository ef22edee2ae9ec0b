import Foundation
import MailFormat

/// Explains addresses one after the other, as many at a time as answer sooner together.
struct ExplainRun {
    private let situation: ExplainedSituation
    private let isJSON: Bool
    private let isBrief: Bool
    private let warn: (String) -> Void

    init(_ setup: ExplainSetup, isJSON: Bool, isBrief: Bool) throws(ExplainFailure) {
        situation = try setup.situation()
        warn = setup.warn
        self.isJSON = isJSON
        self.isBrief = isBrief
    }

    /// - Returns: what the command ends with; nil is success.
    func run(_ input: AddressInput) async throws -> Int32? {
        var input = input
        let text = ExplanationText(
            isColoured: .atTerminal, places: situation.service.places, wrap: .ofTerminal)
        var worst = ExplainOutcome.taken
        var isFirst = true
        if isJSON { print("{\n  \"explanations\" : [") }
        var patience = ExplainPatience()
        while let addresses = try input.next() {
            if let exhausted = patience.exhausted(before: addresses[0]) {
                warn(exhausted)
                worst = max(worst, .waits)
                break
            }
            let start = ContinuousClock.now
            let situation = situation
            // Memory answers the second question for one address; side by side there would be no second.
            let isAlone = addresses.count <= 2
            let explanations = await addresses.mapTogether(limit: isAlone ? 1 : AddressInput.chunk) {
                await situation.completed(await situation.explain($0), isAlone: isAlone)
            }
            patience.note(explanations.map(\.reply), took: .now - start)
            for explanation in explanations {
                if isJSON {
                    print(
                        (isFirst ? "" : ",\n")
                            + (try ExplanationDocument.text(ExplanationDocument.Entry(explanation))),
                        terminator: "")
                } else {
                    print(isBrief ? text.brief(explanation) : text.render(explanation))
                }
                isFirst = false
                worst = max(worst, explanation.outcome)
            }
        }
        if isJSON { print("\n  ]\n}") }
        return worst.exitCode
    }
}

extension Bool {
    /// Colours are for terminals: https://no-color.org
    static var atTerminal: Bool {
        isatty(STDOUT_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }
}

extension Sequence where Element: Sendable {
    /// Each element's result in their order, so many at a time.
    func mapTogether<Result: Sendable>(
        limit: Int, _ transform: @escaping @Sendable (Element) async -> Result
    ) async -> [Result] {
        let elements = Array(self)
        return await withTaskGroup(of: (Int, Result).self) { group in
            var next = 0
            func start() {
                guard next < elements.count else { return }
                let index = next
                let element = elements[index]
                next += 1
                group.addTask { (index, await transform(element)) }
            }
            for _ in 0..<Swift.min(limit, elements.count) { start() }
            var results = [Result?](repeating: nil, count: elements.count)
            for await (index, result) in group {
                results[index] = result
                start()
            }
            return results.compactMap(\.self)
        }
    }
}
