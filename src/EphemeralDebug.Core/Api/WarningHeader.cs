using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EphemeralDebug.Api;

/// <summary>
/// Reads the header <c>Warning</c> by which an API server says something about a request that it carried out
/// (RFC 7234, section 5.5): <c>299 - "text"</c>, with an optional date, several separated by commas.
/// </summary>
internal static class WarningHeader
{
    /// <summary>The code of a lasting warning about the request; Kubernetes uses no other, and clients show no other.</summary>
    private const string MiscellaneousPersistent = "299";

    /// <summary>The texts of one header, control characters made visible. What cannot be read ends it.</summary>
    public static IEnumerable<string> Read(string header)
    {
        // HTTP's header bytes arrive one to a character; Kubernetes writes UTF-8.
        string rest = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(header));
        while (TryRead(rest, out Warning? warning, out rest))
        {
            if (warning.Code is MiscellaneousPersistent && warning.Text.Length > 0)
            {
                yield return ControlCharacters.MakeVisible(warning.Text);
            }
        }
    }

    private static bool TryRead(string header, [NotNullWhen(true)] out Warning? warning, out string rest)
    {
        warning = null;
        rest = "";
        string[] parts = header.TrimStart().Split(' ', 3);
        if (parts is not [{ Length: 3 } code, { Length: > 0 }, ['"', ..] quoted] || Unquote(quoted, out int end) is not { } text)
        {
            return false;
        }

        rest = WithoutDate(quoted[end..]).TrimStart(' ', ',');
        warning = new Warning(code, text);
        return true;
    }

    /// <summary>The text of a quoted string at the start, and where it ends; null when it does not end.</summary>
    private static string? Unquote(string quoted, out int end)
    {
        var text = new StringBuilder();
        for (end = 1; end < quoted.Length; end++)
        {
            switch (quoted[end])
            {
                case '"':
                    end++;
                    return text.ToString();
                case '\\' when end + 1 < quoted.Length:
                    end++;
                    break;
            }

            text.Append(quoted[end]);
        }

        return null;
    }

    private static string WithoutDate(string rest)
    {
        string trimmed = rest.TrimStart();
        return trimmed.StartsWith('"') && Unquote(trimmed, out int end) is not null ? trimmed[end..] : trimmed;
    }

    private sealed record Warning(string Code, string Text);
}
