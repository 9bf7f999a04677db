using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>What may be written with a grant, asked of the compiler itself.</summary>
public sealed class GrantTests
{
    [Fact]
    public void A_grant_is_used_at_once() => Errors("var grant = authorizer.Authorize(caller, order, \"ship\"); grant.Resource.Ship(); await Task.Yield();").ShouldBeEmpty();

    [Fact]
    public void A_grant_is_the_argument_of_a_synchronous_method() =>
        Errors("Ship(authorizer.Authorize(caller, order, \"ship\")); await Task.Yield();", "static void Ship(Grant<Order> grant) => grant.Resource.Ship();").ShouldBeEmpty();

    [Fact]
    public void ASVS_15_4_2_A_grant_does_not_survive_an_await() =>
        Errors("var grant = authorizer.Authorize(caller, order, \"ship\"); await Task.Yield(); grant.Resource.Ship();").ShouldBe(["CS4007"]);

    [Fact]
    public void No_asynchronous_method_takes_a_grant() =>
        Errors("await Task.Yield();", "static async Task ShipAsync(Grant<Order> grant) { await Task.Yield(); }").ShouldBe(["CS4012"]);

    [Theory]
    [InlineData("var grant = authorizer.Authorize(caller, order, \"ship\"); Action later = () => grant.Resource.Ship(); await Task.Yield();", "CS8175")]
    [InlineData("object kept = authorizer.Authorize(caller, order, \"ship\"); await Task.Yield();", "CS0029")]
    [InlineData("var kept = new List<Grant<Order>>(); await Task.Yield();", "CS9244")]
    [InlineData("var grant = new Grant<Order>(order, null, \"ship\"); await Task.Yield();", "CS1729")]
    public void A_grant_is_not_kept_and_not_made(string body, string error) => Errors(body).ShouldContain(error);

    [Fact]
    public void A_grant_is_no_field() => Errors("await Task.Yield();", "Grant<Order> _kept;").ShouldContain("CS8345");

    [Fact]
    public void A_default_grant_grants_nothing()
    {
        Should.Throw<InvalidOperationException>(() => default(Grant<string>).Resource);
        Should.Throw<InvalidOperationException>(() => default(Grant<string>).Identity);
        Should.Throw<InvalidOperationException>(() => default(Grant<string>).Operation);
    }

    private static List<string> Errors(string body, string members = "")
    {
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using System.Threading.Tasks;
            using Sallyport.AspNetCore;
            using Sallyport.AspNetCore.Authorization;

            public sealed class Order { public void Ship() { } }

            public sealed class Shop
            {
                public async Task RunAsync(IResourceAuthorizer authorizer, ICallerFeature caller, Order order)
                {
                    {{body}}
                }

                {{members}}
            }
            """;
        var platform = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string).ShouldNotBeNull().Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp13))],
            platform.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        // Some of these are only found when code is made.
        using var nowhere = new MemoryStream();
        return [.. compilation.Emit(nowhere).Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.Id).Distinct()];
    }
}
