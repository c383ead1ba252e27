using System.Collections.Immutable;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>How the server misbehaves now. Rules can be added and removed while it runs.</summary>
internal sealed class FaultRules(FaultSyntax syntax)
{
    private ImmutableArray<FaultRule> _rules = [];

    /// <summary>The rules in the order in which they were added.</summary>
    public ImmutableArray<FaultRule> All => _rules;

    /// <summary>Adds a rule in the words of <see cref="FaultSyntax.Help"/>; it applies to requests from then on.</summary>
    /// <exception cref="FormatException">The text is no rule; the message says why.</exception>
    public FaultRule Add(string rule)
    {
        FaultRule added = syntax.ParseRule(rule);
        ImmutableInterlocked.Update(ref _rules, rules => rules.Add(added));
        return added;
    }

    /// <summary>Takes a rule away. What it has begun to do to a request goes on.</summary>
    public void Remove(FaultRule rule) => ImmutableInterlocked.Update(ref _rules, rules => rules.Remove(rule));

    public void Clear() => ImmutableInterlocked.Update(ref _rules, rules => rules.Clear());
}
