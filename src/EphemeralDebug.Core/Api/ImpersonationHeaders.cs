using System.Globalization;
using System.Text;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Api;

/// <summary>The Impersonate headers of a request, as client-go writes them.</summary>
internal static class ImpersonationHeaders
{
    /// <summary>The headers; several values of one are joined as <see cref="RepeatedHeaderEncoding"/> wants them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Impersonation? impersonation)
    {
        if (impersonation is null)
        {
            return [];
        }

        var headers = new List<KeyValuePair<string, string>> { new("Impersonate-User", impersonation.UserName!) };
        if (!string.IsNullOrEmpty(impersonation.Uid))
        {
            headers.Add(new("Impersonate-Uid", impersonation.Uid));
        }

        Add(headers, "Impersonate-Group", impersonation.Groups);
        foreach ((string name, IReadOnlyList<string> values) in impersonation.Extra)
        {
            Add(headers, $"Impersonate-Extra-{Escape(name)}", values);
        }

        return headers;
    }

    /// <summary>The encoding of a header's value, by its name.</summary>
    public static Encoding EncodingOf(string name) =>
        name.StartsWith("Impersonate-", StringComparison.Ordinal) ? new RepeatedHeaderEncoding(name) : Encoding.UTF8;

    private static void Add(List<KeyValuePair<string, string>> headers, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            headers.Add(new(name, string.Join(RepeatedHeaderEncoding.Separator, values)));
        }
    }

    // What a header name may not have, and the percent sign, is percent-encoded; the server decodes it.
    private static string Escape(string name)
    {
        var escaped = new StringBuilder(name.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "!#$&'*+-.^_`|~".Contains((char)b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return escaped.ToString();
    }
}
