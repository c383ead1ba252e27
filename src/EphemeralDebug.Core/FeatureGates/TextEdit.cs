using System.Text;

namespace EphemeralDebug.FeatureGates;

/// <summary>A part of a text that is replaced by another; an insertion when its length is 0.</summary>
internal readonly record struct TextEdit(int Start, int Length, string Text)
{
    public static TextEdit Insert(int at, string text) => new(at, 0, text);

    /// <summary>Carries edits out; they do not overlap, and those at one place stay in their order.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        var result = new StringBuilder(text.Length + 64);
        int done = 0;
        foreach (TextEdit edit in edits.OrderBy(edit => edit.Start))
        {
            result.Append(text, done, edit.Start - done).Append(edit.Text);
            done = edit.Start + edit.Length;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
