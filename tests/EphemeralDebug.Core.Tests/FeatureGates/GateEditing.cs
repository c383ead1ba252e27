using EphemeralDebug.FeatureGates;

namespace EphemeralDebug.Core.Tests.FeatureGates;

/// <summary>Sets the gate in texts, and checks what holds for every text.</summary>
internal static class GateEditing
{
    public const string Gate = GateHistory.EphemeralContainers;

    /// <summary>The text with the gate set, after a check that nothing but the gate has changed and that once is enough.</summary>
    public static string Set(string text, bool value = true)
    {
        GateFile file = Read(text);
        string changed = FeatureGateText.Set(text, file, Gate, value);
        AssertOnlyTheGateChanged(text, changed, file.Current);
        Assert.True(!IsWindowsText(text) || IsWindowsText(changed), changed);
        GateFile again = Read(changed);
        Assert.Equal(value, again.Current);
        Assert.Equal(file.Kind, again.Kind);
        Assert.Equal(changed, FeatureGateText.Set(changed, again, Gate, value));
        return changed;
    }

    public static GateFile Read(string text) => Assert.IsAssignableFrom<GateFile>(FeatureGateText.Read(text, Gate));

    public static string Refusal(string text, bool value = true) =>
        Assert.Throws<FormatException>(() => FeatureGateText.Set(text, Read(text), Gate, value)).Message;

    private static bool IsWindowsText(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && !text.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal);

    /// <summary>What was there is still there, character by character and in order, but for the gate's old value.</summary>
    private static void AssertOnlyTheGateChanged(string before, string after, bool? old)
    {
        int start = before.AsSpan().CommonPrefixLength(after);
        int end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        string removed = before[start..^end];
        string added = after[start..^end];
        if (old is not null && removed.Length > 0)
        {
            // What two values have in common, such as the last letter of true and false, is in neither part.
            Assert.True(removed.Length <= "FALSE".Length, $"removed '{removed}', added '{added}'");
            Assert.True(added.Length <= "false".Length, $"removed '{removed}', added '{added}'");
            return;
        }

        int found = 0;
        foreach (char c in added)
        {
            found += found < removed.Length && removed[found] == c ? 1 : 0;
        }

        Assert.True(found == removed.Length || removed is "~" or "null", $"removed '{removed}', added '{added}'");
        Assert.InRange(added.Length - removed.Length, 0, 120);
    }
}
