using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>An event of a log is known by its number: two that share one cannot be told apart by whoever watches for it.</summary>
internal static class EventIds
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from message in files.SelectMany(Messages)
        group message by message.Number into same
        where same.Count() > 1
        from message in same
        select message.File.At(message.Node, $"event {same.Key} is used {same.Count()} times");

    private static IEnumerable<(SourceFile File, AttributeSyntax Node, string Number)> Messages(SourceFile file) =>
        from attribute in file.Unit.DescendantNodes().OfType<AttributeSyntax>()
        where SourceFile.LastName(attribute.Name) is "LoggerMessage" or "LoggerMessageAttribute"
        from argument in attribute.ArgumentList?.Arguments ?? []
        where argument.NameEquals?.Name.Identifier.Text == "EventId"
        select (file, attribute, argument.Expression.ToString());
}
