using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class SealedClassesTests(Repository repository)
{
    [Fact]
    public void Every_public_class_is_sealed_static_or_closed_unless_a_test_derives_from_it()
    {
        var derived = SealedClasses.Bases(repository.Below("tests/"));
        repository.Below("src/", "samples/").SelectMany(file => SealedClasses.Violations(file, derived)).ShouldFindNothing();
    }

    [Theory]
    [InlineData("public class Open;")]
    [InlineData("public record Open;")]
    [InlineData("public record class Open(int Value);")]
    [InlineData("public abstract class Base;")]
    [InlineData("public abstract record Base { protected Base() { } }")]
    [InlineData("public static class Outer { public class Open; }")]
    public void An_open_class_is_found(string text) => SealedClasses.Violations(Samples.Source(text), []).ShouldNotBeEmpty();

    [Theory]
    [InlineData("internal class Hidden;")]
    [InlineData("public record struct Value(int Number);")]
    [InlineData("public abstract record Answer { private Answer() { } public sealed record Yes : Answer; }")]
    [InlineData("internal static class Outer { public class Inner; }")]
    public void A_class_that_nobody_outside_can_derive_from_is_fine(string text) =>
        SealedClasses.Violations(Samples.Source(text), []).ShouldBeEmpty();

    [Fact]
    public void An_abstract_class_is_fine_when_a_test_derives_from_it()
    {
        var derived = SealedClasses.Bases([Samples.Source("sealed class InTest : N.Base;")]);
        SealedClasses.Violations(Samples.Source("public abstract class Base;"), derived).ShouldBeEmpty();
    }
}
