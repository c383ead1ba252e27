using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Names of users and groups, from the container's own <c>/etc/passwd</c> and <c>/etc/group</c>.</summary>
internal static class UserNames
{
    /// <summary>The user's name, or null.</summary>
    public static string? FindUser(SimulatedProcess process, int id) => Find(process, "/etc/passwd", id);

    /// <summary>The group's name, or null.</summary>
    public static string? FindGroup(SimulatedProcess process, int id) => Find(process, "/etc/group", id);

    /// <summary>The user's name, or the number.</summary>
    public static string User(SimulatedProcess process, int id) => FindUser(process, id) ?? id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The group's name, or the number.</summary>
    public static string Group(SimulatedProcess process, int id) => FindGroup(process, id) ?? id.ToString(CultureInfo.InvariantCulture);

    private static string? Find(SimulatedProcess process, string path, int id)
    {
        try
        {
            if (FileSystem.Get(process, path) is not RegularFile file)
            {
                return null;
            }

            string number = id.ToString(CultureInfo.InvariantCulture);
            return ByteText.Decode(file.ToArray()).Split('\n')
                .Select(line => line.Split(':'))
                .FirstOrDefault(fields => fields.Length > 2 && fields[2] == number)?[0];
        }
        catch (SystemCallException)
        {
            return null;
        }
    }
}
