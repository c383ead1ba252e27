namespace EphemeralDebug.FeatureGates;

/// <summary>
/// The value of --feature-gates, <c>A=true,B=false</c>, read as component-base's flag does: blanks around names and values
/// do not count, values are what Go's ParseBool takes, and the last mention of a gate wins.
/// </summary>
internal static class GateList
{
    public const string Flag = "--feature-gates";

    /// <summary>What the list says of a gate and where its value stands, or null.</summary>
    /// <exception cref="FormatException">It is no such list.</exception>
    public static (bool Value, int Start, int Length)? Find(string list, string gate)
    {
        (bool Value, int Start, int Length)? found = null;
        int start = 0;
        foreach (string pair in list.Split(','))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 && pair.Length > 0)
            {
                throw new FormatException($"'{ControlCharacters.MakeVisible(pair)}' in {Flag} is not of the form Name=true");
            }

            if (equals >= 0 && pair[..equals].Trim() == gate)
            {
                string value = pair[(equals + 1)..];
                int blanks = value.Length - value.TrimStart().Length;
                found = (ParseBoolean(value.Trim()), start + equals + 1 + blanks, value.Trim().Length);
            }

            start += pair.Length + 1;
        }

        return found;
    }

    public static string Entry(string gate, bool value) => $"{gate}={Text(value)}";

    public static string Text(bool value) => value ? "true" : "false";

    /// <summary>What has to stand between a list and one more entry.</summary>
    public static string Separator(string list) => list.Length == 0 || list.EndsWith(',') ? "" : ",";

    /// <summary>Whether a word is the flag, with or without its value: <c>_</c> counts as <c>-</c> in the names of flags.</summary>
    public static bool IsFlag(string word, out string? value)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        value = equals < 0 ? null : word[(equals + 1)..];
        return name.Replace('_', '-') == Flag;
    }

    private static bool ParseBoolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        _ => throw new FormatException($"'{ControlCharacters.MakeVisible(text)}' in {Flag} is neither true nor false"),
    };
}
