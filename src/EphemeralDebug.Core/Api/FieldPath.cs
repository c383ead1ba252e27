using System.Diagnostics.CodeAnalysis;

namespace EphemeralDebug.Api;

/// <summary>The paths of fields in what servers say.</summary>
internal static class FieldPath
{
    private const string List = "spec.ephemeralContainers[";
    private const string SecondIndex = "][0]";

    /// <summary>
    /// Servers of 1.16 to 1.21 validate each ephemeral container as a list of one and say so:
    /// <c>spec.ephemeralContainers[2][0].image</c>. Returns the text with the index that means something alone.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Mend(string? text)
    {
        int start = text?.IndexOf(List, StringComparison.Ordinal) ?? -1;
        while (start >= 0)
        {
            int end = start + List.Length;
            while (end < text!.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (string.CompareOrdinal(text, end, SecondIndex, 0, SecondIndex.Length) == 0)
            {
                text = text.Remove(end + 1, SecondIndex.Length - 1);
            }

            start = text.IndexOf(List, end, StringComparison.Ordinal);
        }

        return text;
    }
}
