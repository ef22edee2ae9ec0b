import PostfixConfig

/// Shows parameters: `postconf`, `-n`, `-d`, `NAME…`.
struct PostconfParameters {
    let options: PostconfOptions

    func show(_ output: inout PostconfOutput) throws {
        let main = options.showsDefaults ? nil : try options.mainFile(output)
        let master = try options.masterFile()
        if master == nil, main != nil { output.warn("open \(options.masterPath): No such file or directory") }
        if main != nil { master?.warnings.forEach { output.warn($0.placedMessage) } }
        let listing = try options.listing(main: main, master: master)
        for name in options.operands.isEmpty
            ? listing.names(of: options.origins, onlySet: options.showsOnlySet) : options.operands
        {
            guard listing.isKnown(name) else {
                output.warn("\(name): unknown parameter")
                continue
            }
            if options.showsOnlySet, !listing.isSet(name) { continue }
            let value = try options.expands ? listing.expandedText(of: name) : listing.text(of: name)
            output.line(options.line(name, value))
        }
        if main != nil {
            output.print()
            for warning in listing.mainWarnings + listing.masterWarnings { output.warn(warning) }
        }
    }
}
