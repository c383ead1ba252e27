using System.Text.Json.Nodes;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>What a credential program saw when it ran.</summary>
internal sealed record PluginRun(string Arguments, string Info, string? CaseEnvironment, bool Terminal);

/// <summary>
/// A credential program: a shell script that notes how it was run and prints what PLUG_OUTPUT says, to be placed in
/// the environment.
/// </summary>
internal sealed class TestPlugin
{
    private readonly TestFolder _folder;

    public TestPlugin(TestFolder folder)
    {
        Skip.If(OperatingSystem.IsWindows(), "The credential program of this test is a POSIX shell script.");
        _folder = folder;
        Directory.CreateDirectory(folder.File("runs"));
        Path = folder.WriteExecutable("bin/plug in.py", $$"""
            #!/bin/sh
            run=$(mktemp "{{folder.File("runs")}}/run.XXXXXX")
            {
              printf 'info %s\n' "$KUBERNETES_EXEC_INFO"
              if [ -t 0 ]; then echo 'terminal yes'; fi
              if [ -n "${CASE_ENV+set}" ]; then printf 'env %s\n' "$CASE_ENV"; fi
              for argument in "$@"; do printf 'arg %s\n' "$argument"; done
            } > "$run"
            echo 'diagnostics on stderr' >&2
            printf '%s' "$PLUG_OUTPUT"
            exit "${PLUG_EXIT:-0}"
            """.ReplaceLineEndings("\n"));
    }

    public string Path { get; }

    public int RunCount => Directory.GetFiles(_folder.File("runs")).Length;

    /// <summary>What it prints for the given variables of a recorded case.</summary>
    public static string Output(IReadOnlyDictionary<string, string> variables, Func<string, string> readFile)
    {
        if (variables.TryGetValue("PLUG_RAW", out string? raw))
        {
            return raw;
        }

        string text = variables.GetValueOrDefault("PLUG_STATUS", """{"token":"from-plugin"}""");
        JsonNode? status = JsonNode.Parse(text);
        if (status is JsonObject map)
        {
            foreach ((string key, JsonNode? value) in map.ToList())
            {
                if (key.StartsWith('@'))
                {
                    map.Remove(key);
                    map[key[1..]] = readFile((string)value!);
                }
            }
        }

        return new JsonObject
        {
            ["apiVersion"] = $"client.authentication.k8s.io/{variables.GetValueOrDefault("PLUG_VERSION", "v1")}",
            ["kind"] = variables.GetValueOrDefault("PLUG_KIND", "ExecCredential"),
            ["status"] = status,
        }.ToJsonString();
    }

    public IReadOnlyList<PluginRun> Runs()
    {
        var runs = new List<PluginRun>();
        foreach (string file in Directory.GetFiles(_folder.File("runs")))
        {
            string[] lines = File.ReadAllLines(file);
            runs.Add(new PluginRun(
                string.Join('\n', Values(lines, "arg ")),
                Values(lines, "info ").Single(),
                Values(lines, "env ").SingleOrDefault(),
                lines.Contains("terminal yes")));
        }

        return runs;
    }

    private static IEnumerable<string> Values(string[] lines, string prefix) =>
        lines.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..]);
}
