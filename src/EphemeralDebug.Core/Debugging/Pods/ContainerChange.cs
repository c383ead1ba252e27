using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Writes what was asked of a container into a regular container of a pod, new or copied.</summary>
internal static class ContainerChange
{
    /// <summary>A container that has nothing but its name.</summary>
    public static JsonObject Create(string name) => new() { ["name"] = name, ["terminationMessagePolicy"] = "File" };

    /// <summary>
    /// What was not said stays as it is, but for standard input and terminal, which are off unless asked for. A command
    /// takes the old arguments away, because they were meant for another one.
    /// </summary>
    public static void Apply(PodContainerOptions options, JsonObject container)
    {
        if (options.Command.Count > 0)
        {
            container["command"] = PodParts.Texts(options.Command);
            container.Remove("args");
        }

        if (options.Arguments.Count > 0)
        {
            container["args"] = PodParts.Texts(options.Arguments);
        }

        if (options.Environment.Count > 0)
        {
            JsonArray environment = ContainerEnvironment.ToJson(options.Environment);
            ContainerJson.RemoveUnset(environment);
            container["env"] = environment;
        }

        if (options.Image.Length > 0)
        {
            container["image"] = options.Image;
        }

        if (options.PullPolicy is { } policy)
        {
            container["imagePullPolicy"] = policy.ToString();
        }

        PodParts.SetSwitch(container, "stdin", options.Stdin);
        PodParts.SetSwitch(container, "tty", options.Tty);
    }
}
