using System.Text;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Names in columns, as <c>ls</c> shows them at a terminal.</summary>
internal static class ColumnList
{
    private const int Gap = 2;

    /// <summary>Lays names out.</summary>
    /// <param name="names">In order; they go down the columns.</param>
    /// <param name="width">Of the terminal, in characters.</param>
    /// <param name="paint">What is printed for a name, when it is more than the name.</param>
    public static string Format(IReadOnlyList<string> names, int width, Func<int, string>? paint = null)
    {
        if (names.Count == 0)
        {
            return "";
        }

        int widest = names.Max(name => name.Length) + Gap;
        int columns = Math.Max(1, width / widest);
        int rows = (names.Count + columns - 1) / columns;
        var text = new StringBuilder();
        for (int row = 0; row < rows; row++)
        {
            for (int index = row; index < names.Count; index += rows)
            {
                text.Append(paint is null ? names[index] : paint(index));
                if (index + rows < names.Count)
                {
                    text.Append(' ', widest - names[index].Length);
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
