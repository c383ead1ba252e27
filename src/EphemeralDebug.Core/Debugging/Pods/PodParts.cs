using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>The parts of a pod in the API's form that plans look at and change.</summary>
internal static class PodParts
{
    public const string ContainerList = "containers";

    public const string InitContainerList = "initContainers";

    public static JsonObject Spec(JsonObject pod) => (JsonObject)(pod["spec"] ??= new JsonObject());

    public static IEnumerable<JsonObject> Containers(JsonObject pod) => Items(pod, ContainerList);

    /// <summary>The container or init container of that name, or null.</summary>
    public static JsonObject? FindContainer(JsonObject pod, string? name) =>
        Containers(pod).Concat(Items(pod, InitContainerList)).FirstOrDefault(container => IsNamed(container, name));

    public static bool IsNamed(JsonObject container, string? name) =>
        name is not null && string.Equals((string?)container["name"], name, StringComparison.Ordinal);

    /// <summary>Appends to a list that may not be there yet.</summary>
    public static void Append(JsonObject owner, string list, JsonObject item) =>
        ((JsonArray)(owner[list] ??= new JsonArray())).Add((JsonNode)item);

    /// <summary>Sets a field, or removes it when the value says nothing.</summary>
    public static void Set(JsonObject owner, string field, JsonNode? value)
    {
        if (ContainerJson.IsEmpty(value))
        {
            owner.Remove(field);
        }
        else
        {
            owner[field] = value;
        }
    }

    /// <summary>Sets a switch of the API, which knows no difference between false and unset.</summary>
    public static void SetSwitch(JsonObject owner, string field, bool value) => Set(owner, field, value ? JsonValue.Create(true) : null);

    public static JsonArray Texts(IReadOnlyList<string> items) => new([.. items.Select(static item => (JsonNode)item)]);

    /// <summary>A text of an object's metadata.</summary>
    /// <exception cref="ArgumentException">It is not there, as it is in every object of a server.</exception>
    public static string Metadata(JsonObject item, string field) =>
        (string?)item["metadata"]?[field]
        ?? throw new ArgumentException($"The object has no metadata.{field}.", nameof(item));

    private static IEnumerable<JsonObject> Items(JsonObject pod, string list) =>
        (pod["spec"]?[list] as JsonArray ?? []).OfType<JsonObject>();
}
