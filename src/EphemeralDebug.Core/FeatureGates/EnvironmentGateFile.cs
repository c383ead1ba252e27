using System.Text.Json.Nodes;

namespace EphemeralDebug.FeatureGates;

/// <summary>
/// The flag --feature-gates in the variables of the kubelet's service. The last assignment of a variable counts; where
/// several variables set the gate, kubeadm's service puts KUBELET_EXTRA_ARGS last, and the last flag wins.
/// </summary>
internal sealed class EnvironmentGateFile : GateFile
{
    private const string ExtraArguments = "KUBELET_EXTRA_ARGS";

    private readonly string _text;
    private readonly string _gate;
    private readonly IReadOnlyList<EnvironmentAssignment> _assignments;
    private readonly AssignedFlag[] _flags;
    private readonly EnvironmentAssignment[] _arguments;

    public EnvironmentGateFile(string text, string gate)
    {
        _text = text;
        _gate = gate;
        _assignments = EnvironmentText.Read(text);
        _arguments = [.. _assignments
            .Where(assignment => IsArguments(assignment) && Last(assignment.Name) == assignment)
            .OrderBy(assignment => assignment.Name == ExtraArguments)];
        _flags = [.. _arguments.SelectMany(FindFlags)];
        Current = Mentioned?.Mention?.Value;
        Content = new JsonArray([.. _assignments.Select(assignment => new JsonArray(assignment.Name, assignment.Text))]);
    }

    public override FeatureGateFileKind Kind => FeatureGateFileKind.KubeletEnvironment;

    public override bool? Current { get; }

    public override JsonNode Content { get; }

    /// <summary>Whether a variable is there that holds arguments of the kubelet.</summary>
    public bool HasArguments => _arguments.Length > 0;

    private AssignedFlag? Mentioned => _flags.LastOrDefault(flag => flag.Mention is not null);

    public override GateEdit Set(bool value)
    {
        if (Mentioned is { Mention: { } mention } mentioned)
        {
            int start = mentioned.Places[mention.Start];
            int length = mentioned.Places[mention.Start + mention.Length - 1] + 1 - start;
            return Edit(mentioned.Assignment, start, length, GateList.Text(value));
        }

        string entry = GateList.Entry(_gate, value);
        return _flags is [.., AssignedFlag last]
            ? Edit(last.Assignment, last.End, 0, GateList.Separator(last.Value) + entry)
            : AddFlag(_arguments[^1], $"{GateList.Flag}={entry}");
    }

    private static bool IsArguments(EnvironmentAssignment assignment) =>
        assignment.Name.StartsWith("KUBELET_", StringComparison.Ordinal)
        && (assignment.Name.EndsWith("ARGS", StringComparison.Ordinal) || assignment.Name.EndsWith("OPTS", StringComparison.Ordinal));

    private EnvironmentAssignment Last(string name) => _assignments.Last(assignment => assignment.Name == name);

    private GateEdit AddFlag(EnvironmentAssignment assignment, string flag)
    {
        string value = assignment.Text;
        bool needsBlank = value.Length > 0 && !char.IsWhiteSpace(value[^1]);
        GateEdit edit = Edit(assignment, value.Length, 0, needsBlank ? " " + flag : flag);
        if (!needsBlank || assignment.IsQuoted || !value.All(IsSameInQuotes))
        {
            return edit;
        }

        // systemd takes the rest of the line; a shell that reads the file too would take the second word for a command.
        return edit with
        {
            Edits =
            [
                TextEdit.Insert(assignment.ValueStart, "\""),
                .. edit.Edits,
                TextEdit.Insert(assignment.Value[^1].End, "\""),
            ],
        };
    }

    private static bool IsSameInQuotes(char c) => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '\\' or '$' or '`');

    /// <summary>Replaces a part of a value, given by its place in the value, not in the text.</summary>
    private GateEdit Edit(EnvironmentAssignment assignment, int index, int length, string replacement)
    {
        IReadOnlyList<PlacedCharacter> value = assignment.Value;
        int start = (index, length) switch
        {
            (_, > 0) => value[index].Start,
            (0, _) => assignment.ValueStart,
            _ => value[index - 1].End,
        };
        int end = length > 0 ? value[index + length - 1].End : start;
        JsonNode expected = Content.DeepClone();
        expected[_assignments.ToList().IndexOf(assignment)]![1] = assignment.Text.Remove(index, length).Insert(index, replacement);
        return new GateEdit([new TextEdit(start, end - start, replacement)], expected);
    }

    private IEnumerable<AssignedFlag> FindFlags(EnvironmentAssignment assignment)
    {
        IReadOnlyList<CommandWord> words = Split(assignment);
        for (int i = 0; i < words.Count; i++)
        {
            if (!GateList.IsFlag(words[i].Text, out string? value))
            {
                continue;
            }

            if (value is not null)
            {
                yield return Flag(assignment, words[i], value);
            }
            else if (++i < words.Count)
            {
                yield return Flag(assignment, words[i], words[i].Text);
            }
        }
    }

    private IReadOnlyList<CommandWord> Split(EnvironmentAssignment assignment)
    {
        if (!assignment.IsQuoted && assignment.Text is ['#', ..])
        {
            throw TextLines.Error(_text, assignment.ValueStart, "to systemd this is the variable's value, and no comment");
        }

        try
        {
            return CommandWords.Split(assignment.Text);
        }
        catch (FormatException exception)
        {
            throw TextLines.Error(_text, assignment.NameStart, exception.Message);
        }
    }

    private AssignedFlag Flag(EnvironmentAssignment assignment, CommandWord word, string value)
    {
        try
        {
            int[] places = [.. word.Places.Skip(word.Text.Length - value.Length)];
            return new AssignedFlag(assignment, value, places, word.End, GateList.Find(value, _gate));
        }
        catch (FormatException exception)
        {
            throw TextLines.Error(_text, assignment.NameStart, exception.Message);
        }
    }

    /// <summary>A value of --feature-gates and where in the variable's value its characters are.</summary>
    private sealed record AssignedFlag(
        EnvironmentAssignment Assignment,
        string Value,
        IReadOnlyList<int> Places,
        int End,
        (bool Value, int Start, int Length)? Mention);
}
