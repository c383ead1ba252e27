using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;
using EphemeralDebug.Debugging.Preflight;

namespace EphemeralDebug.Core.Tests.Preflight;

public sealed class RoleManifestTests
{
    [Theory]
    [InlineData("jane", """{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}""")]
    [InlineData("system:serviceaccount:team:bot", """{"kind": "ServiceAccount", "name": "bot", "namespace": "team"}""")]
    [InlineData("a\"b: 'c' #d\\ü\n/e%", """{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "a\"b: 'c' #d\\ü\n/e%"}""")]
    [InlineData(null, """{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "NAME-OF-THE-USER"}""")]
    public void The_role_is_bound_to_the_user(string? user, string subject)
    {
        IReadOnlyList<JsonNode?> documents = Create(DebugRole.Debugger, user);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(subject), documents[1]!["subjects"]![0]), documents[1]!.ToJsonString());
        Assert.DoesNotContain('/', (string)documents[1]!["metadata"]!["name"]!);
        Assert.Equal((string?)documents[0]!["metadata"]!["name"], (string?)documents[1]!["roleRef"]!["name"]);
        Assert.Equal((string?)documents[0]!["kind"], (string?)documents[1]!["roleRef"]!["kind"]);
    }

    [Theory]
    [InlineData(DebugRole.Debugger, "Role", "apps")]
    [InlineData(DebugRole.PodCreator, "Role", "apps")]
    [InlineData(DebugRole.NodeReader, "ClusterRole", null)]
    public void The_role_holds_where_the_rights_are_needed(object role, string kind, string? scope)
    {
        IReadOnlyList<JsonNode?> documents = Create((DebugRole)role, "jane");
        Assert.Equal([kind, kind + "Binding"], documents.Select(document => (string?)document!["kind"]));
        Assert.All(documents, document => Assert.Equal(scope, (string?)document!["metadata"]!["namespace"]));
        Assert.All(documents, document => Assert.Equal("rbac.authorization.k8s.io/v1", (string?)document!["apiVersion"]));
    }

    [Fact]
    public void Together_the_roles_give_every_right_once_and_no_other()
    {
        IEnumerable<string> given =
            from role in Enum.GetValues<DebugRole>()
            from rule in (JsonArray)Create(role, "jane")[0]!["rules"]!
            from verb in (JsonArray)rule["verbs"]!
            select $"{verb} {rule["resources"]![0]}";
        Assert.Equal(
            Capability.All(SubresourceForm.Modern, version: null).SelectMany(capability => capability.Rights).Select(right => right.ToString()).Order(StringComparer.Ordinal),
            given.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Several_manifests_can_be_piped_one_after_the_other()
    {
        string all = string.Join('\n', Enum.GetValues<DebugRole>().Select(role => Text(role, "jane")));
        Assert.Equal(
            ["Role", "RoleBinding", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
            YamlReader.ReadAll(all).Select(document => (string?)document!["kind"]));
    }

    private static IReadOnlyList<JsonNode?> Create(DebugRole role, string? user) => YamlReader.ReadAll(Text(role, user));

    private static string Text(DebugRole role, string? user) =>
        RoleManifest.Create(role, Capability.All(SubresourceForm.Modern, version: null), "apps", user);
}
