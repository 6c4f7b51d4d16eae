// One classification tree (CART): axis-parallel splits that lower the Gini impurity most.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <queue>

#include "base/random.hpp"
#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kDecisionTree = "decision_tree";

struct DecisionTreeOptions {
  /// Largest number of questions between the root and a leaf; auto: no limit.
  std::optional<int> max_depth;
  /// Smallest number of training examples per leaf.
  int min_samples_leaf = 1;
  /// Smallest number of training examples of a node that may be split.
  int min_samples_split = 2;
  /// Largest number of leaves; the most useful splits are made first; auto: no limit.
  std::optional<int> max_leaf_nodes;
  /// Smallest decrease of the impurity, weighted by the node's fraction of the training set, for
  /// which a split is made.
  double min_impurity_decrease = 0.0;
};

const OptionTable<DecisionTreeOptions>& decision_tree_options() {
  static const OptionTable<DecisionTreeOptions> table =
      OptionTable<DecisionTreeOptions>()
          .integer("max_depth", &DecisionTreeOptions::max_depth, 1, 1'000'000,
                   "Largest number of questions between the root and a leaf. auto: no limit. Set "
                   "it (5 to 15) if the tree memorises the training set.",
                   "scikit-learn, DecisionTreeClassifier(max_depth=None)")
          .integer("min_samples_leaf", &DecisionTreeOptions::min_samples_leaf, 1, 1'000'000,
                   "Smallest number of training examples per leaf. Raise it (5 to 20) for smoother "
                   "probabilities.",
                   "scikit-learn, DecisionTreeClassifier(min_samples_leaf=1)")
          .integer("min_samples_split", &DecisionTreeOptions::min_samples_split, 2, 1'000'000,
                   "Smallest number of training examples of a node that may be split. Raise it for "
                   "a smaller tree.",
                   "scikit-learn, DecisionTreeClassifier(min_samples_split=2)")
          .integer("max_leaf_nodes", &DecisionTreeOptions::max_leaf_nodes, 2, 1'000'000,
                   "Largest number of leaves. The splits that lower the impurity most are made "
                   "first. auto: no limit. Set it for a tree that people can read.",
                   "scikit-learn, DecisionTreeClassifier(max_leaf_nodes=None)")
          .number("min_impurity_decrease", &DecisionTreeOptions::min_impurity_decrease, 0.0, 1.0,
                  "Smallest decrease of the Gini impurity, weighted by the node's fraction of the "
                  "training set, for which a split is made. Raise it (0.001 to 0.01) to prune.",
                  "scikit-learn, DecisionTreeClassifier(min_impurity_decrease=0.0)");
  return table;
}

struct Node {
  int feature = -1;  // -1: a leaf
  double threshold = 0.0;
  int left = -1;  // where x[feature] <= threshold
  int right = -1;
  std::size_t begin = 0;  // its training examples: a range of every order of the builder
  std::size_t end = 0;
  int depth = 0;
};

struct Split {
  int node = 0;
  int feature = 0;
  double threshold = 0.0;
  double decrease = 0.0;  // of the impurity, weighted by the node's share of the training set
};

/// The larger decrease is made first; of equal ones that of the older node.
struct MadeLater {
  bool operator()(const Split& a, const Split& b) const {
    return a.decrease != b.decrease ? a.decrease < b.decrease : a.node > b.node;
  }
};

/// Grows a tree best split first, without recursion. Each feature's examples are sorted once; a
/// split then divides every order stably, so that a level of the tree costs n_features * n.
class TreeBuilder {
 public:
  TreeBuilder(const TrainingRows& data, const DecisionTreeOptions& options, std::uint64_t seed)
      : data_(data),
        options_(options),
        random_(seed),
        features_(static_cast<std::size_t>(data.rows.cols())),
        orders_(features_.size()),
        goes_left_(static_cast<std::size_t>(data.rows.rows())),
        buffer_(goes_left_.size()),
        total_(static_cast<std::size_t>(data.n_classes)),
        left_(total_.size()),
        right_(total_.size()) {
    std::iota(features_.begin(), features_.end(), 0);
    for (std::size_t f = 0; f < orders_.size(); ++f) {
      orders_[f].resize(goes_left_.size());
      std::iota(orders_[f].begin(), orders_[f].end(), 0);
      const auto value = data_.rows.col(Eigen::Index(f));
      std::sort(orders_[f].begin(), orders_[f].end(), [&value](int a, int b) {
        return value(a) < value(b) || (value(a) == value(b) && a < b);
      });
    }
  }

  std::vector<Node> grow() {
    std::priority_queue<Split, std::vector<Split>, MadeLater> splits;
    const auto add = [&](Node node) {
      nodes_.push_back(node);
      if (const std::optional<Split> split = best_split(static_cast<int>(nodes_.size()) - 1))
        splits.push(*split);
    };
    add({.begin = 0, .end = goes_left_.size()});
    for (int n_leaves = 1;
         !splits.empty() && (!options_.max_leaf_nodes || n_leaves < *options_.max_leaf_nodes);
         ++n_leaves) {
      const Split split = splits.top();
      splits.pop();
      const Node parent = nodes_[static_cast<std::size_t>(split.node)];
      const std::size_t middle = divide(parent, split);
      Node& node = nodes_[static_cast<std::size_t>(split.node)];
      node.feature = split.feature;
      node.threshold = split.threshold;
      node.left = static_cast<int>(nodes_.size());
      node.right = node.left + 1;
      add({.begin = parent.begin, .end = middle, .depth = parent.depth + 1});
      add({.begin = middle, .end = parent.end, .depth = parent.depth + 1});
    }
    return std::move(nodes_);
  }

  /// Class shares of the training examples in a node.
  Eigen::RowVectorXd shares(const Node& node) const {
    Eigen::RowVectorXd result = Eigen::RowVectorXd::Zero(data_.n_classes);
    for (std::size_t i = node.begin; i < node.end; ++i) result(label(orders_[0][i])) += 1.0;
    return result / double(node.end - node.begin);
  }

 private:
  int label(int example) const { return data_.labels[static_cast<std::size_t>(example)]; }

  static std::int64_t sum_of_squares(const std::vector<std::int64_t>& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) sum += count * count;
    return sum;
  }

  /// The split that lowers the impurity most, if the node may be split at all. Features are looked
  /// at in random order and the first of equal splits wins; within a feature that of the lowest
  /// threshold.
  std::optional<Split> best_split(int index) {
    const Node& node = nodes_[static_cast<std::size_t>(index)];
    const auto n = static_cast<std::int64_t>(node.end - node.begin);
    const std::int64_t least = options_.min_samples_leaf;
    if (n < options_.min_samples_split || n < 2 * least) return std::nullopt;
    if (options_.max_depth && node.depth >= *options_.max_depth) return std::nullopt;
    std::fill(total_.begin(), total_.end(), 0);
    for (std::size_t i = node.begin; i < node.end; ++i)
      ++total_[static_cast<std::size_t>(label(orders_[0][i]))];
    const std::int64_t total_squares = sum_of_squares(total_);
    if (total_squares == n * n) return std::nullopt;  // one class only

    random_.shuffle(std::span<int>(features_));
    Cut best;
    for (const int feature : features_) find_cut(node, feature, total_squares, best);
    if (best.feature < 0) return std::nullopt;
    Split split{.node = index, .feature = best.feature, .threshold = best.threshold};
    const double n_all = double(goes_left_.size());
    split.decrease = std::max(0.0, (best.purity - double(total_squares) / double(n)) / n_all);
    // As scikit-learn compares them: a decrease equal to the least one is enough, rounding or not.
    if (split.decrease + std::numeric_limits<double>::epsilon() < options_.min_impurity_decrease)
      return std::nullopt;
    return split;
  }

  /// A question that divides a node's examples.
  struct Cut {
    double purity = -1.0;  // without unit: only comparable within a node
    int feature = -1;
    double threshold = 0.0;
  };

  /// Sets `best` to the purest cut of one feature if that is purer.
  void find_cut(const Node& node, int feature, std::int64_t total_squares, Cut& best) {
    const auto n = static_cast<std::int64_t>(node.end - node.begin);
    const std::int64_t least = options_.min_samples_leaf;
    const auto value = data_.rows.col(feature);
    const std::vector<int>& order = orders_[static_cast<std::size_t>(feature)];
    if (value(order[node.begin]) == value(order[node.end - 1])) return;
    std::fill(left_.begin(), left_.end(), 0);
    right_ = total_;
    std::int64_t left_squares = 0;
    std::int64_t right_squares = total_squares;
    for (std::int64_t n_left = 1; n_left < n; ++n_left) {
      const std::size_t i = node.begin + static_cast<std::size_t>(n_left) - 1;
      const auto c = static_cast<std::size_t>(label(order[i]));
      left_squares += 2 * left_[c]++ + 1;
      right_squares -= 2 * right_[c]-- - 1;
      const std::int64_t n_right = n - n_left;
      if (n_left < least || n_right < least) continue;
      const double below = value(order[i]);
      const double above = value(order[i + 1]);
      if (below == above) continue;
      // Gini impurity is one minus (sum of squared counts) / n^2, so the best split has the
      // largest left_squares / n_left + right_squares / n_right. Integers up to one division:
      // ties are exact.
      const double purity =
          double(left_squares * n_right + right_squares * n_left) / double(n_left * n_right);
      if (purity <= best.purity) continue;
      double threshold = 0.5 * below + 0.5 * above;
      if (!(threshold < above)) threshold = below;  // neighbours in floating point
      best = {.purity = purity, .feature = feature, .threshold = threshold};
    }
  }

  /// Divides the node's range of every order, stably. @return  where its right part begins
  std::size_t divide(const Node& node, const Split& split) {
    const auto value = data_.rows.col(split.feature);
    std::size_t n_left = 0;
    for (std::size_t i = node.begin; i < node.end; ++i) {
      const int example = orders_[0][i];
      const bool left = value(example) <= split.threshold;
      goes_left_[static_cast<std::size_t>(example)] = left;
      n_left += left;
    }
    assert(n_left > 0 && n_left < node.end - node.begin);
    for (std::vector<int>& order : orders_) {
      std::size_t to_left = node.begin;
      std::size_t to_buffer = 0;
      for (std::size_t i = node.begin; i < node.end; ++i) {
        const int example = order[i];
        if (goes_left_[static_cast<std::size_t>(example)])
          order[to_left++] = example;
        else
          buffer_[to_buffer++] = example;
      }
      std::copy_n(buffer_.begin(), to_buffer, order.begin() + std::ptrdiff_t(to_left));
    }
    return node.begin + n_left;
  }

  const TrainingRows& data_;
  const DecisionTreeOptions& options_;
  Random random_;
  std::vector<int> features_;             // in the order in which they are looked at
  std::vector<std::vector<int>> orders_;  // for each feature the examples; each node's range is
                                          // sorted by it
  std::vector<char> goes_left_;           // of each example, at the split being made
  std::vector<int> buffer_;
  std::vector<std::int64_t> total_, left_, right_;  // examples of each class
  std::vector<Node> nodes_;
};

// Values that differ at all may be split, where scikit-learn wants a difference of 1e-7.
class DecisionTree final : public Method {
 public:
  DecisionTree(const DecisionTreeOptions& options, std::uint64_t seed)
      : options_(options), seed_(seed) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kDecisionTree);
    TreeBuilder builder(data, options_, derive_seed(seed_, kDecisionTree));
    nodes_ = builder.grow();
    n_features_ = data.rows.cols();
    const std::size_t n_leaves = (nodes_.size() + 1) / 2;
    shares_.resize(Eigen::Index(n_leaves), data.n_classes);
    leaf_of_.assign(nodes_.size(), -1);
    int leaf = 0;
    int depth = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      depth = std::max(depth, nodes_[i].depth);
      if (nodes_[i].feature >= 0) continue;
      shares_.row(leaf) = builder.shares(nodes_[i]);
      leaf_of_[i] = leaf++;
    }
    context.note("n_leaves", double(n_leaves));
    context.note("depth", depth);
  }

  Predictions predict(const Examples& examples) const override {
    assert(!nodes_.empty() && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, n_features_, kDecisionTree);
    Predictions result;
    result.probabilities.resize(rows.rows(), shares_.cols());
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      int at = 0;
      for (const Node* node = &nodes_[0]; node->feature >= 0;
           node = &nodes_[static_cast<std::size_t>(at)])
        at = rows(i, node->feature) <= node->threshold ? node->left : node->right;
      result.probabilities.row(i) = shares_.row(leaf_of_[static_cast<std::size_t>(at)]);
    }
    result.labels = most_probable(result.probabilities);
    return result;
  }

  /// A node that asks has a feature and a threshold; it compares and multiplies nothing.
  std::optional<MethodCost> cost() const override {
    return MethodCost{.parameters = 2 * (std::ssize(nodes_) - shares_.rows()) + shares_.size(),
                      .multiply_adds = 0};
  }

 private:
  DecisionTreeOptions options_;
  std::uint64_t seed_;
  Eigen::Index n_features_ = 0;
  std::vector<Node> nodes_;   // the root first
  std::vector<int> leaf_of_;  // row of shares_ of a node that is a leaf
  Eigen::MatrixXd shares_;    // n_leaves x n_classes
};

}  // namespace

void register_decision_tree(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kDecisionTree;
  plugin.summary = "One classification tree (CART, Gini impurity)";
  plugin.source =
      "Breiman, Friedman, Olshen & Stone, Classification and Regression Trees, 1984; checked "
      "against scikit-learn in tests/baselines";
  plugin.options = decision_tree_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return std::make_unique<DecisionTree>(decision_tree_options().parse(values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
