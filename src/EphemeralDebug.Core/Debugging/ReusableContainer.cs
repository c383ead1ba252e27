using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>Finds a container that a pod has already and that is what a plan would add.</summary>
internal static class ReusableContainer
{
    /// <summary>
    /// The name of a running container that differs from the planned one in name and marker alone: the preferred one, or
    /// else the one that started last. Null when there is none; one that has ended never starts again.
    /// </summary>
    public static string? Find(JsonObject pod, ContainerPlan plan, string? preferred)
    {
        JsonNode wanted = Comparable(plan.Container, plan.Container);
        return Items(pod["spec"], "ephemeralContainers")
            .Where(container => JsonNode.DeepEquals(Comparable(container, plan.Container), wanted))
            .Select(container => (Name: (string?)container["name"], Started: StartOf(pod, container)))
            .Where(static found => found.Started is not null)
            .OrderByDescending(found => found.Name == preferred)
            .ThenByDescending(static found => found.Started)
            .FirstOrDefault().Name;
    }

    /// <summary>When the container started; null when it does not run.</summary>
    private static DateTimeOffset? StartOf(JsonObject pod, JsonObject container) => (DateTimeOffset?)
        Items(pod["status"], "ephemeralContainerStatuses")
            .FirstOrDefault(status => (string?)status["name"] == (string?)container["name"])?["state"]?["running"]?["startedAt"];

    /// <summary>The container without its name, its marker's value and what the server fills in of itself.</summary>
    private static JsonNode Comparable(JsonObject container, JsonObject planned)
    {
        JsonObject copy = container.DeepClone().AsObject();
        copy.Remove("name");
        RemoveDefault(copy, "terminationMessagePath", "/dev/termination-log");
        RemoveDefault(copy, "terminationMessagePolicy", "File");
        if (planned["imagePullPolicy"] is null)
        {
            copy.Remove("imagePullPolicy");
        }

        foreach (JsonObject variable in Items(copy, "env"))
        {
            if ((string?)variable["name"] == WaitingCommand.MarkerVariable)
            {
                variable.Remove("value");
            }

            if (variable["valueFrom"]?["fieldRef"] is JsonObject field)
            {
                RemoveDefault(field, "apiVersion", "v1");
            }

            if (variable["valueFrom"]?["resourceFieldRef"] is JsonObject resource)
            {
                RemoveDefault(resource, "divisor", "0");
            }
        }

        if (copy["resources"] is JsonObject { Count: 0 })
        {
            copy.Remove("resources");
        }

        ContainerJson.RemoveUnset(copy);
        return ContainerJson.Sort(copy)!;
    }

    private static void RemoveDefault(JsonObject fields, string name, string value)
    {
        if ((string?)fields[name] == value)
        {
            fields.Remove(name);
        }
    }

    private static IEnumerable<JsonObject> Items(JsonNode? parent, string list) => (parent?[list] as JsonArray ?? []).OfType<JsonObject>();
}
