// A cell of badges: each value is a list of {label, tone}; text only, never markup.
var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
components.Badges = function (props) {
  const badges = (props.value || []).map((badge) =>
    React.createElement("span", { key: badge.label, className: "tag tag-" + badge.tone }, badge.label)
  );
  return React.createElement("span", { className: "badges" }, badges);
};
